import type { JobRequest, JobStart } from '../store/jobs/jobs';

/** The store that a step works on: the account's name here, and the id of the store that the job was made for. */
export interface StoreRef {
  account: string;
  storeId: string;
}

/** A job as it travels through Temporal. Its time is in ms since 1970. */
export type JobRef = StoreRef & JobRequest;

/** A job's workflow at the beginning of a round of work. */
export type RoundRef = JobRef & JobStart;

/** A pass of a job over its sources: the epoch that its work carries, and the request number that it must answer. */
export interface PassRef extends StoreRef {
  jobId: string;
  epoch: number;
  target: number;
}

/** A source's part of a pass. */
export interface SourceRef extends PassRef {
  sourceId: string;
}
