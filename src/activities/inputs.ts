/** The store that a step works on: the account's name here, and the id of the store that the job was made for. */
export interface StoreRef {
  account: string;
  storeId: string;
}

/** A job as it travels through Temporal. */
export interface JobRef extends StoreRef {
  jobId: string;
  attempt: number;
  /** ms since 1970 */
  requestedAt: number;
}

/** A source's part of a job start. */
export interface SourceRef extends StoreRef {
  jobId: string;
  epoch: number;
  sourceId: string;
}
