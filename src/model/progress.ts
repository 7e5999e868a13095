import type { FailureKind } from './failure';
import type { JobState } from './job';

/** Where the work on one source stands. Times in ms since 1970. */
export interface SourceProgress {
  sourceId: string;
  /** A shared drive's name; the user's own source has none. */
  name: string | undefined;
  /** Windows of the open crawl; both 0 if there is none. */
  windows: number;
  windowsDone: number;
  files: number;
  pages: number;
  /** An estimate of the pages left of the crawl; undefined if there is none. */
  pagesLeft: number | undefined;
  /** Folders whose children are still to be handled, and files still to be looked up. */
  foldersLeft: number;
  filesToAsk: number;
  /** Files that are gone but not removed yet. */
  filesGone: number;
  /**
   * Why the last attempt committed nothing (a failure kind), how many failed in a row, and when the next is
   * due.
   */
  failure: FailureKind | undefined;
  failures: number;
  retryAt: number | undefined;
}

/** The state of a job. It contains numbers, states and names of drives, nothing about files. */
export interface Progress {
  jobId: string;
  state: JobState | undefined;
  /** Pages committed, files listed and changes applied by all attempts of this job. */
  pages: number;
  files: number;
  changes: number;
  startedAt: number | undefined;
  /** Quota units spent. */
  units: number;
  /** Progress of building the search index, in files; undefined if it is not being built. */
  indexing: { done: number; of: number } | undefined;
  sources: number;
  sourcesOpen: number;
  open: readonly SourceProgress[];
}
