import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Progress } from '../model/progress';
import type { JobReason } from '../model/reasons';

/** The answer to the progress query. */
export interface JobProgress {
  state: 'running' | 'waiting';
  /** What a waiting job waits for: `paused`, or a failure kind that a person has to fix. */
  waitingFor: JobReason | undefined;
  progress: Progress | undefined;
}

/**
 * Requests a copy that is current from now on. Returns the number of the request; the job answers it before
 * it ends.
 */
export const joinUpdate = defineUpdate<number>('join');

/** Stops the job's requests to Drive until it is resumed. */
export const pauseUpdate = defineUpdate<void>('pause');

/** What a person decided when resuming a job. */
export interface Resumption {
  /** All missing files may be removed, however many they are. */
  acceptRemovals?: boolean | undefined;
}

/** Resumes a job that is paused or waits for a person. */
export const resumeUpdate = defineUpdate<void, [Resumption]>('resume');

export const progressQuery = defineQuery<JobProgress>('progress');
