import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { StoreRef } from '../activities/inputs';
import { newJob } from './activities';
import { syncAccount } from './sync-account';

/** The input of a schedule: the store, and the workflow id of its jobs. */
export type ScheduledSyncInput = StoreRef & { workflowId: string };

/**
 * Starts a job for an account unless one is running. The job's workflow id is the lock, for people and
 * schedules alike. The job outlives this workflow.
 */
export async function scheduledSync({
  workflowId,
  ...store
}: ScheduledSyncInput): Promise<{ jobId?: string }> {
  const { revision, ...job } = await newJob(store);
  const { jobId, account, storeId, attempt, requestedAt } = job;
  try {
    await startChild(syncAccount, {
      workflowId,
      args: [job],
      memo: { account, storeId, jobId, attempt, requestedAt, revision },
      parentClosePolicy: ParentClosePolicy.ABANDON,
      workflowIdReusePolicy: WorkflowIdReusePolicy.ALLOW_DUPLICATE,
      staticSummary: `Scheduled sync of account ${account}, job ${jobId}`,
    });
    return { jobId };
  } catch (error) {
    if (error instanceof WorkflowExecutionAlreadyStartedError) return {};
    throw error;
  }
}
