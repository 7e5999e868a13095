import type { Background } from './background';
import type { JobState } from './job';
import type { JobReason } from './reasons';

/**
 * A pass of a job over its sources: the epoch that fences its work, and the request number that it must
 * answer.
 */
export interface Pass {
  epoch: number;
  target: number;
}

/** A source's part of a pass. */
export interface SourceTurn extends Pass {
  sourceId: string;
}

/**
 * Work for one child workflow. `large`: a source that needs its own listing loops; `crawls`: it has an open
 * full crawl. `small`: sources that share a child. `none`: nothing to hand out now; `retryInMs`: when a
 * failed source is due again; `unopened`: sources need a start token for a full crawl first. `name`: of a
 * shared drive.
 */
export type TakenWork =
  | { kind: 'large'; sourceId: string; name: string | undefined; crawls: boolean }
  | { kind: 'small'; sourceIds: string[] }
  | { kind: 'none'; retryInMs: number | undefined; unopened: boolean };

/** What follows a pass: another one, or the end of the job. Numbers and failure kinds only. */
export type PassEnd =
  | {
      kind: 'again';
      /** Sources are left that neither answer the request nor were given up. */
      open: boolean;
    }
  | {
      kind: 'ended';
      /** The highest request number that the job has answered. */
      answered: number;
      state: JobState;
      /** Why it failed. */
      reason: JobReason | undefined;
      message: string | undefined;
      pages: number;
      files: number;
      /** The background work that may have something to do. */
      background: Background[];
    };
