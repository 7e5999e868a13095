import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Progress } from '../model/progress';
import type { JobReason } from '../model/reasons';

/** What a job is doing, for whoever asks the workflow. */
export interface JobProgress {
  state: 'running' | 'waiting';
  /** What a waiting job waits for: `paused`, or a failure kind that a person has to mend. */
  waitingFor: JobReason | undefined;
  progress: Progress | undefined;
}

/** Asks the job for a copy that is current from now on. Returns the number of the request; the job answers it before it ends. */
export const joinUpdate = defineUpdate<number>('join');

/** Stops the job's requests until it is resumed. */
export const pauseUpdate = defineUpdate<void>('pause');

/** What a person decides when a job is resumed. */
export interface Resumption {
  /** The files that have disappeared may be removed, however many they are. */
  acceptRemovals?: boolean | undefined;
}

/** Lets a job go on that was paused or waits for a person. */
export const resumeUpdate = defineUpdate<void, [Resumption]>('resume');

export const progressQuery = defineQuery<JobProgress>('progress');
