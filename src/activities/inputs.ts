import type { JobRequest, JobStart } from '../store/jobs';

/** The store that a step works on: the account's name here, and the id of the store that the job was made for. */
export interface StoreRef {
  account: string;
  storeId: string;
}

/** A job as it travels through Temporal. Its time is in ms since 1970. */
export type JobRef = StoreRef & JobRequest;

/** A job's workflow at the beginning of a round of work. */
export type RoundRef = JobRef & JobStart;

/** A source's part of a job start. */
export interface SourceRef extends StoreRef {
  jobId: string;
  epoch: number;
  sourceId: string;
}
