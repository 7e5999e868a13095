import { randomUUID } from 'node:crypto';
import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import type { StoreRef } from '../activities/inputs';
import type { AccountSettings } from '../model/settings';
import type { changeSettings, removeJob } from '../workflows';
import type { Resumption } from '../workflows/messages';
import { createJobRecords, withDeadline, type JobRecords, type TemporalJob } from './job-records';
import { createJobStarts, type JobStarts } from './job-starts';
import { createBackgroundStarts, type BackgroundStarts } from './background-starts';

/** The jobs of a home on its server. Calls have a deadline. Deleting and terminating always name the run. */
export interface Jobs extends JobRecords, JobStarts, BackgroundStarts {
  /** Pauses a job until it is resumed; what it committed is kept. */
  pause(job: TemporalJob): Promise<void>;
  /** Continues a job that is paused or waits for a person. */
  resume(job: TemporalJob, resumption?: Resumption): Promise<void>;
  cancel(job: TemporalJob): Promise<void>;
  terminate(job: TemporalJob): Promise<void>;
  /** Deletes a job's record in the store, through the worker. */
  removeRecord(job: StoreRef & { jobId: string }): Promise<void>;
  /** Changes the account's settings in the store, through the worker. */
  changeSettings(store: StoreRef, change: Partial<AccountSettings>): Promise<void>;
}

/** Where a home's jobs run and which code runs them. */
export interface JobsOptions {
  taskQueue: string;
  revision: string;
}

/** Creates the typed facade of the Temporal client for jobs. */
export function createJobs(client: Client, { taskQueue, revision }: JobsOptions): Jobs {
  const records = createJobRecords(client, taskQueue);
  const starts = createJobStarts(client, { taskQueue, revision, current: records.current });
  const handle = ({ workflowId, runId }: TemporalJob) => client.workflow.getHandle(workflowId, runId);

  return {
    ...records,
    ...starts,
    ...createBackgroundStarts(client, taskQueue),
    pause: (job) => withDeadline(client, () => handle(job).executeUpdate<void, []>('pause')),
    resume: (job, resumption = {}) =>
      withDeadline(client, () =>
        handle(job).executeUpdate<void, [Resumption]>('resume', { args: [resumption] }),
      ),
    async cancel(job) {
      await withDeadline(client, () => handle(job).cancel());
    },
    async terminate(job) {
      await withDeadline(client, () => handle(job).terminate('terminated by gdrive-sync'));
    },
    async removeRecord({ account, storeId, jobId }) {
      await withDeadline(client, () =>
        client.workflow.execute<typeof removeJob>('removeJob', {
          workflowId: `remove-job/${account}/${jobId}`,
          taskQueue,
          args: [{ account, storeId, jobId }],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        }),
      );
    },
    async changeSettings({ account, storeId }, change) {
      await withDeadline(client, () =>
        client.workflow.execute<typeof changeSettings>('changeSettings', {
          workflowId: `settings/${account}/${randomUUID()}`,
          taskQueue,
          args: [{ account, storeId, change }],
        }),
      );
    },
  };
}
