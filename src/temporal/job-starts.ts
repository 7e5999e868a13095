import {
  isGrpcServiceError,
  ServiceError,
  WithStartWorkflowOperation,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { JobRef, StoreRef } from '../activities/inputs';
import type { syncAccount } from '../workflows';
import { withDeadline, workflowIdOf, type TemporalJob } from './job-records';

export type { JobRef } from '../activities/inputs';

/** The ways to start a job's workflow. Every call has a deadline. */
export interface JobStarts {
  /**
   * Starts the job unless one is running for the account's store; returns the running one. Sends no request
   * to a job that was running already.
   */
  start(job: JobRef): Promise<TemporalJob>;
  /**
   * Starts the job, or joins the running one, and requests a copy that is current from now on. Needs a worker
   * that polls.
   * @throws OutdatedWorker if the worker of the running job is too old to know that request.
   */
  join(job: JobRef): Promise<JoinedJob>;
  /** Terminates a job's run and starts its workflow again from the store. `takenOver`: its worker is gone. */
  restart(job: TemporalJob, how?: { takenOver: boolean }): Promise<void>;
}

/** A job, and the number of the caller's request to it. */
export interface JoinedJob {
  job: TemporalJob;
  request: number;
}

/** The worker of the running job is an older version. */
export class OutdatedWorker extends Error {
  override readonly name = 'OutdatedWorker';
}

/** Where to start workflows, with which code revision, and how to find the newest run of a store's job. */
export interface JobStartsOptions {
  taskQueue: string;
  revision: string;
  current(store: StoreRef): Promise<TemporalJob | undefined>;
}

const MOST_JOIN_TRIES = 5;

/** True if the workflow has no handler for the update, as in older versions. */
function isUnknownUpdate(error: unknown): boolean {
  return error instanceof WorkflowUpdateFailedError && /handler|join/i.test(String(error.cause?.message));
}

/** gRPC: FAILED_PRECONDITION, NOT_FOUND, ABORTED */
const ENDED_MEANWHILE: ReadonlySet<number> = new Set([5, 9, 10]);

function isEndedMeanwhile(error: unknown): boolean {
  if (error instanceof WorkflowUpdateFailedError || error instanceof WorkflowNotFoundError) return true;
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) && ENDED_MEANWHILE.has(cause.code);
}

const { USE_EXISTING, TERMINATE_EXISTING } = WorkflowIdConflictPolicy;

/** The start options of a job's workflow. */
function optionsOf(job: JobRef, { taskQueue, revision }: JobStartsOptions, takenOver = false) {
  const { account, storeId, jobId, attempt, requestedAt, full = false, acceptRemovals = false } = job;
  const args: Parameters<typeof syncAccount> = [
    { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals, takenOver },
  ];
  return {
    workflowId: workflowIdOf(job),
    taskQueue,
    args,
    memo: { account, storeId, jobId, attempt, requestedAt, revision },
    staticSummary: `Sync of account ${account}, job ${jobId}`,
  };
}

/**
 * Longer than other calls, because the worker must answer the update, which takes longer on a busy machine.
 */
const JOIN_TIMEOUT_MS = 30_000;

/** Starts jobs on a task queue. */
export function createJobStarts(client: Client, place: JobStartsOptions): JobStarts {
  async function launch(options: ReturnType<typeof optionsOf>, conflict: WorkflowIdConflictPolicy) {
    await withDeadline(client, () =>
      client.workflow.start<typeof syncAccount>('syncAccount', {
        ...options,
        workflowIdConflictPolicy: conflict,
      }),
    );
  }

  async function currentOf(job: JobRef): Promise<TemporalJob> {
    const started = await place.current(job);
    if (started === undefined) throw new Error(`job ${job.jobId} was started and is gone`);
    return started;
  }

  /** A job that is just ending refuses the update: the next try starts another job. */
  async function requestOf(job: JobRef): Promise<number> {
    for (let tries = 1; ; tries++) {
      try {
        const startWorkflowOperation = new WithStartWorkflowOperation<typeof syncAccount>('syncAccount', {
          ...optionsOf(job, place),
          workflowIdConflictPolicy: USE_EXISTING,
        });
        const join = () =>
          client.workflow.executeUpdateWithStart<typeof syncAccount, number, []>('join', {
            startWorkflowOperation,
          });
        return await withDeadline(client, join, JOIN_TIMEOUT_MS);
      } catch (error) {
        if (isUnknownUpdate(error)) throw new OutdatedWorker('the running job cannot be joined');
        if (tries >= MOST_JOIN_TRIES || !isEndedMeanwhile(error)) throw error;
      }
    }
  }

  return {
    async start(job) {
      await launch(optionsOf(job, place), USE_EXISTING);
      return await currentOf(job);
    },
    async join(job) {
      const request = await requestOf(job);
      return { job: await currentOf(job), request };
    },
    restart: (job, { takenOver } = { takenOver: false }) =>
      launch(optionsOf(job, place, takenOver), TERMINATE_EXISTING),
  };
}
