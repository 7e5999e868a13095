import { ActivityNotFoundError, ApplicationFailure, type Client } from '@temporalio/client';
import type { Jobs } from './jobs';

/** What a starting worker needs to know of itself. */
export interface RecoveryOptions {
  taskQueue: string;
  /** This worker's own identity: what carries another one belongs to a predecessor. */
  identity: string;
}

/** temporal.api.enums.v1.PendingActivityState */
const PENDING_ACTIVITY_STATE_STARTED = 2;

/**
 * Frees what a dead predecessor held, so that a crash costs a second instead of a heartbeat timeout: its activities are failed by id, its
 * sticky queues reset. Safe only for the holder of the home's worker lock: no other worker of the home is alive then, and the store refuses
 * a late commit. Every running job is started anew from the store: what its last worker had read may be old by now.
 */
export async function recover(client: Client, jobs: Jobs, options: RecoveryOptions): Promise<void> {
  for (const job of await jobs.running()) await jobs.restart(job, { takenOver: true });
  const query = `TaskQueue = '${options.taskQueue}' AND ExecutionStatus = 'Running'`;
  for await (const { workflowId } of client.workflow.list({ query }))
    await free(client, workflowId, options.identity);
}

async function free(client: Client, workflowId: string, identity: string): Promise<void> {
  const { namespace } = client.options;
  const { raw } = await client.workflow.getHandle(workflowId).describe();
  await client.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } });
  for (const { activityId, state, lastWorkerIdentity } of raw.pendingActivities ?? []) {
    if (
      activityId == null ||
      Number(state) !== PENDING_ACTIVITY_STATE_STARTED ||
      lastWorkerIdentity === identity
    )
      continue;
    const restarted = ApplicationFailure.create({
      message: 'the worker was restarted',
      type: 'WorkerRestarted',
      nextRetryDelay: 1,
    });
    try {
      await client.activity.fail({ workflowId, activityId }, restarted);
    } catch (error) {
      // It has timed out or finished meanwhile.
      if (!(error instanceof ActivityNotFoundError)) throw error;
    }
  }
}
