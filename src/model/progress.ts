import type { FailureKind } from './failure';
import type { JobState } from './job';

/** Where the work on one source stands. Times in ms since 1970. */
export interface SourceProgress {
  sourceId: string;
  /** Windows of the open crawl; both 0 outside of one. */
  windows: number;
  windowsDone: number;
  files: number;
  pages: number;
  /** Pages left of the crawl, as far as those so far tell; undefined where nothing can be said, or outside of a crawl. */
  pagesLeft: number | undefined;
  /** Folders whose children are still to be looked at, and files that Drive is still to be asked for. */
  foldersLeft: number;
  filesToAsk: number;
  /** Files that are gone and not removed yet. */
  filesGone: number;
  /** Why the last attempt committed nothing (a failure kind), how many in a row there were, and when the next one is due. */
  failure: FailureKind | undefined;
  failures: number;
  retryAt: number | undefined;
}

/** Where a job stands: numbers and states only, nothing of what the files are. */
export interface Progress {
  jobId: string;
  state: JobState | undefined;
  /** Pages committed, files listed and changes applied by this job, all its attempts together. */
  pages: number;
  files: number;
  changes: number;
  startedAt: number | undefined;
  /** Quota units spent. */
  units: number;
  /** The search index while it is built: files in it, of so many; undefined otherwise. */
  indexing: { done: number; of: number } | undefined;
  sources: number;
  sourcesOpen: number;
  open: readonly SourceProgress[];
}
