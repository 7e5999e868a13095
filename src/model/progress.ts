/** Where one source's open crawl stands. Times in ms since 1970. */
export interface SourceProgress {
  sourceId: string;
  windows: number;
  windowsDone: number;
  files: number;
  pages: number;
  /** The listing runs from now into the past and has come to here. */
  oldestMs: number | undefined;
  /** Why the last attempt committed nothing (a failure kind), how many in a row there were, and when the next one is due. */
  failure: string | undefined;
  failures: number;
  retryAt: number | undefined;
}

/** Where a job stands: numbers and states only, nothing of what the files are. */
export interface Progress {
  jobId: string;
  state: string | undefined;
  /** Pages committed and files listed by this job, all its attempts together. */
  pages: number;
  files: number;
  startedAt: number | undefined;
  sources: number;
  sourcesOpen: number;
  open: readonly SourceProgress[];
}
