import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild, WorkflowIdReusePolicy } from '@temporalio/workflow';
import type { StoreRef } from '../activities/inputs';
import { newJob } from './activities';
import { syncAccount } from './sync-account';

/** What a schedule starts: for which store, under which id its jobs run. */
export type ScheduledSyncInput = StoreRef & { workflowId: string };

/**
 * Starts a job for an account unless one is running: the job's workflow id is the only lock, for people and schedules alike. The job lives on when this
 * workflow has ended.
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
