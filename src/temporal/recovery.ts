import {
  ActivityNotFoundError,
  ApplicationFailure,
  isGrpcServiceError,
  WorkflowNotFoundError,
  type Client,
} from '@temporalio/client';
import { withDeadline } from './job-records';
import type { Jobs } from './jobs';

/** Identifies the worker that starts. */
export interface RecoveryOptions {
  taskQueue: string;
  /** This worker's identity: activities with another one belong to a predecessor. */
  identity: string;
}

/** temporal.api.enums.v1.PendingActivityState */
const PENDING_ACTIVITY_STATE_STARTED = 2;

/**
 * Recovers the work of a dead predecessor, so that a crash costs a second instead of a heartbeat timeout:
 * fails its activities by id and resets its sticky queues. Safe only for the holder of the home's worker
 * lock: then no other worker of the home is alive, and the store refuses late commits. Restarts every running
 * job and all background work from the store, because the data that its last worker had read may be outdated.
 */
export async function recover(client: Client, jobs: Jobs, options: RecoveryOptions): Promise<void> {
  for (const job of await jobs.running()) await jobs.restart(job, { takenOver: true });
  for (const kind of ['walk', 'content'] as const)
    for (const store of await jobs.runningBackground(kind)) await jobs.restartBackground(kind, store);
  for (const workflowId of await runningWorkflows(client, options.taskQueue)) {
    try {
      await free(client, workflowId, options.identity);
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}

/** gRPC: NOT_FOUND */
const GONE: ReadonlySet<number> = new Set([5]);

/** The workflow has ended or the activity has timed out since the list was read. */
function isGone(error: unknown): boolean {
  if (error instanceof ActivityNotFoundError || error instanceof WorkflowNotFoundError) return true;
  return isGrpcServiceError(error) && GONE.has(error.code);
}

async function runningWorkflows(client: Client, taskQueue: string): Promise<string[]> {
  const query = `TaskQueue = '${taskQueue}' AND ExecutionStatus = 'Running'`;
  return await withDeadline(client, async () => {
    const ids: string[] = [];
    for await (const { workflowId } of client.workflow.list({ query })) ids.push(workflowId);
    return ids;
  });
}

async function free(client: Client, workflowId: string, identity: string): Promise<void> {
  const { namespace } = client.options;
  const { raw } = await withDeadline(client, () => client.workflow.getHandle(workflowId).describe());
  await withDeadline(client, () =>
    client.workflowService.resetStickyTaskQueue({ namespace, execution: { workflowId } }),
  );
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
      await withDeadline(client, () => client.activity.fail({ workflowId, activityId }, restarted));
    } catch (error) {
      if (!isGone(error)) throw error;
    }
  }
}
