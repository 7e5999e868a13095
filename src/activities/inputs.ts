import type { JobRequest, JobStart } from '../store/jobs/jobs';

/**
 * The store that a step works on: the local name of the account, and the id of the store that the job was
 * made for.
 */
export interface StoreRef {
  account: string;
  storeId: string;
}

/** A job in Temporal's history. Its time is in ms since 1970. */
export type JobRef = StoreRef & JobRequest;

/** The start of a round of a job's workflow. */
export type RoundRef = JobRef & JobStart;

/**
 * A pass of a job over its sources: the epoch that fences its work, and the request number that it must
 * answer.
 */
export interface PassRef extends StoreRef {
  jobId: string;
  epoch: number;
  target: number;
}

/** A source's part of a pass. */
export interface SourceRef extends PassRef {
  sourceId: string;
}
