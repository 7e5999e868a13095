import type { JobState } from './job';
import type { JobReason } from './reasons';

/** A pass of a job over its sources: the epoch that its work carries, and the request number that it must answer. */
export interface Pass {
  epoch: number;
  target: number;
}

/** A source's part of a pass. */
export interface SourceTurn extends Pass {
  sourceId: string;
}

/**
 * Work for one child workflow. `large`: a source that needs listing loops of its own; `crawls`: it has a full crawl open. `small`: sources that
 * share a child. `none`: nothing can be handed out now; `retryInMs`: when a source that failed is due again; `unopened`: sources need a start
 * token for a full crawl first.
 */
export type TakenWork =
  | { kind: 'large'; sourceId: string; crawls: boolean }
  | { kind: 'small'; sourceIds: string[] }
  | { kind: 'none'; retryInMs: number | undefined; unopened: boolean };

/** What a job does after a pass over its sources: another pass, or it has ended. Numbers and failure kinds only. */
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
      /** The walk of folders shared by others has something to do. */
      walkDue: boolean;
    };
