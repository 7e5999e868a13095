import { randomUUID } from 'node:crypto';
import { WorkflowIdConflictPolicy, type Client } from '@temporalio/client';
import type { JobRef, StoreRef } from '../activities/inputs';
import type { AccountSettings } from '../model/settings';
import type { changeSettings, removeJob, syncAccount } from '../workflows';
import type { Resumption } from '../workflows/messages';
import {
  createJobRecords,
  withDeadline,
  workflowIdOf,
  type JobRecords,
  type TemporalJob,
} from './job-records';

/** The jobs of one home on its Temporal server. Every call has a deadline; deleting and terminating always name the run. */
export interface Jobs extends JobRecords {
  /** Starts the job, or joins the one that the account's store already has running; says which one runs. */
  start(job: JobRef): Promise<TemporalJob>;
  /** Starts a job's workflow anew from the store, ending the run that it has. */
  restart(job: TemporalJob): Promise<void>;
  /** Interrupts a job until it is resumed; what it committed stays. */
  pause(job: TemporalJob): Promise<void>;
  /** Lets a job go on that was paused or waits for a person. */
  resume(job: TemporalJob, resumption?: Resumption): Promise<void>;
  cancel(job: TemporalJob): Promise<void>;
  terminate(job: TemporalJob): Promise<void>;
  /** Has the worker that holds the store forget a job's record. */
  removeRecord(job: StoreRef & { jobId: string }): Promise<void>;
  /** Has the worker that holds the store change the account's settings. */
  changeSettings(store: StoreRef, change: Partial<AccountSettings>): Promise<void>;
}

/** Where a home's jobs run and which code runs them. */
export interface JobsOptions {
  taskQueue: string;
  revision: string;
}

/** The typed facade of the Temporal client for jobs. */
export function createJobs(client: Client, { taskQueue, revision }: JobsOptions): Jobs {
  const records = createJobRecords(client, taskQueue);
  const handle = ({ workflowId, runId }: TemporalJob) => client.workflow.getHandle(workflowId, runId);

  async function launch(job: JobRef, conflict: WorkflowIdConflictPolicy): Promise<void> {
    const { account, storeId, jobId, attempt, requestedAt, full = false } = job;
    await withDeadline(client, () =>
      client.workflow.start<typeof syncAccount>('syncAccount', {
        workflowId: workflowIdOf(job),
        taskQueue,
        args: [{ account, storeId, jobId, attempt, requestedAt, full }],
        memo: { account, storeId, jobId, attempt, requestedAt, revision },
        workflowIdConflictPolicy: conflict,
        staticSummary: `Sync of account ${account}, job ${jobId}`,
      }),
    );
  }

  return {
    ...records,
    async start(job) {
      await launch(job, WorkflowIdConflictPolicy.USE_EXISTING);
      const started = await records.current(job);
      if (started === undefined) throw new Error(`job ${job.jobId} was started and is gone`);
      return started;
    },
    restart: (job) => launch(job, WorkflowIdConflictPolicy.TERMINATE_EXISTING),
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
