import { setTimeout as delay } from 'node:timers/promises';
import {
  isGrpcServiceError,
  WorkflowIdConflictPolicy,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import type { JobRef, StoreRef } from '../activities/inputs';
import type { removeJob, syncAccount } from '../workflows';

/** What Temporal knows of a job's newest run. */
export interface TemporalJob {
  jobId: string;
  attempt: number;
  account: string;
  storeId: string;
  workflowId: string;
  runId: string;
  status: 'RUNNING' | 'COMPLETED' | 'FAILED' | 'CANCELED' | 'TERMINATED';
  requestedAt: number;
  closedAt: number | undefined;
  /** The code revision of the workflow that it runs. */
  revision: string | undefined;
}

/** Why a job's present step is being retried, as Temporal shows it. */
export interface PendingStep {
  attempt: number;
  failure: string | undefined;
}

/** The jobs of one home on its Temporal server. Every call has a deadline; deleting and terminating always name the run. */
export interface Jobs {
  /** Starts the job, or joins the one that the account's store already has running; says which one runs. */
  start(job: JobRef): Promise<TemporalJob>;
  /** Starts a job's workflow anew from the store, ending the run that it has. */
  restart(job: TemporalJob): Promise<void>;
  /** Newest first, one entry a job. */
  list(limit: number): Promise<TemporalJob[]>;
  running(): Promise<TemporalJob[]>;
  /** The newest run of an account's store; undefined if there is none. */
  current(store: StoreRef): Promise<TemporalJob | undefined>;
  /** What a running job's steps are retried for. */
  pendingSteps(job: TemporalJob): Promise<PendingStep[]>;
  resume(job: TemporalJob): Promise<void>;
  cancel(job: TemporalJob): Promise<void>;
  terminate(job: TemporalJob): Promise<void>;
  /** Deletes all runs of the job, its attempts' and its sources' too, and waits until they are gone from the list. */
  remove(job: TemporalJob): Promise<void>;
  /** Has the worker that holds the store forget a job's record. */
  removeRecord(job: StoreRef & { jobId: string }): Promise<void>;
}

/** Where a home's jobs run and which code runs them. */
export interface JobsOptions {
  taskQueue: string;
  revision: string;
}

interface Execution {
  workflowId: string;
  runId: string;
}

const CALL_TIMEOUT_MS = 10_000;
const LOOK_AGAIN_MS = 50;
const GRPC_NOT_FOUND = 5;
const STATUSES: Readonly<Record<string, TemporalJob['status']>> = {
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  CONTINUED_AS_NEW: 'RUNNING',
  CANCELLED: 'CANCELED',
  TERMINATED: 'TERMINATED',
};

/** The workflow id is the lock that keeps an account's store from having two jobs at once. */
export function workflowIdOf({ account, storeId }: StoreRef): string {
  return `sync/${account}/${storeId.slice(0, 8)}`;
}

function memoText(memo: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = memo?.[name];
  return typeof value === 'string' ? value : undefined;
}

function toJob(info: Omit<WorkflowExecutionInfo, 'raw'>): TemporalJob | undefined {
  const jobId = memoText(info.memo, 'jobId');
  const account = memoText(info.memo, 'account');
  const storeId = memoText(info.memo, 'storeId');
  if (jobId === undefined || account === undefined || storeId === undefined) return undefined;
  const attempt = info.memo?.['attempt'];
  const requestedAt = info.memo?.['requestedAt'];
  return {
    jobId,
    account,
    storeId,
    attempt: typeof attempt === 'number' ? attempt : 1,
    workflowId: info.workflowId,
    runId: info.runId,
    status: STATUSES[info.status.name] ?? 'FAILED',
    requestedAt: typeof requestedAt === 'number' ? requestedAt : info.startTime.getTime(),
    closedAt: info.closeTime?.getTime(),
    revision: memoText(info.memo, 'revision'),
  };
}

/** Steps that were tried more than once, with what was wrong the last time. */
function toPendingSteps({ raw }: WorkflowExecutionDescription): PendingStep[] {
  return (raw.pendingActivities ?? [])
    .filter(({ lastFailure }) => lastFailure != null)
    .map(({ attempt, lastFailure }) => ({ attempt: attempt ?? 1, failure: lastFailure?.message ?? undefined }));
}

/** The typed facade of the Temporal client for jobs. */
export function createJobs(client: Client, { taskQueue, revision }: JobsOptions): Jobs {
  const call = <T>(send: () => Promise<T>): Promise<T> =>
    client.connection.withDeadline(Date.now() + CALL_TIMEOUT_MS, send);
  const handle = ({ workflowId, runId }: TemporalJob) => client.workflow.getHandle(workflowId, runId);

  async function describe(workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await call(() => client.workflow.getHandle(workflowId).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  async function query(filter: string, limit: number): Promise<TemporalJob[]> {
    const found = new Map<string, TemporalJob>();
    await call(async () => {
      const all = `TaskQueue = '${taskQueue}' AND WorkflowType = 'syncAccount' AND ExecutionStatus != 'ContinuedAsNew'`;
      for await (const info of client.workflow.list({ query: all + filter })) {
        const job = toJob(info);
        if (job !== undefined && !found.has(job.jobId)) found.set(job.jobId, job);
        if (found.size >= limit) break;
      }
    });
    return [...found.values()];
  }

  async function launch(job: JobRef, conflict: WorkflowIdConflictPolicy): Promise<void> {
    const { account, storeId, jobId, attempt, requestedAt } = job;
    await call(() =>
      client.workflow.start<typeof syncAccount>('syncAccount', {
        workflowId: workflowIdOf(job),
        taskQueue,
        args: [{ account, storeId, jobId, attempt, requestedAt }],
        memo: { account, storeId, jobId, attempt, requestedAt, revision },
        workflowIdConflictPolicy: conflict,
        staticSummary: `Sync of account ${account}, job ${jobId}`,
      }),
    );
  }

  async function current(store: StoreRef): Promise<TemporalJob | undefined> {
    const description = await describe(workflowIdOf(store));
    return description && toJob(description);
  }

  /** Every run of a job, of its attempts and its sources. */
  async function executionsOf({ workflowId, jobId }: TemporalJob): Promise<Execution[]> {
    const executions: Execution[] = [];
    await call(async () => {
      for await (const info of client.workflow.list({ query: `WorkflowId STARTS_WITH '${workflowId}'` })) {
        const isOwn = info.workflowId === workflowId && memoText(info.memo, 'jobId') === jobId;
        const isSource = info.workflowId.startsWith(`${workflowId}/`) && info.workflowId.includes(`/${jobId}.`);
        if (isOwn || isSource) executions.push({ workflowId: info.workflowId, runId: info.runId });
      }
    });
    return executions;
  }

  async function removeExecution(workflowExecution: Execution): Promise<void> {
    const { namespace } = client.options;
    try {
      await call(() => client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }));
    } catch (error) {
      // The list runs a little behind: it may still name what is gone.
      if (!isGrpcServiceError(error) || error.code !== GRPC_NOT_FOUND) throw error;
    }
  }

  return {
    current,
    async start(job) {
      await launch(job, WorkflowIdConflictPolicy.USE_EXISTING);
      const started = await current(job);
      if (started === undefined) throw new Error(`job ${job.jobId} was started and is gone`);
      return started;
    },
    restart: (job) => launch(job, WorkflowIdConflictPolicy.TERMINATE_EXISTING),
    list: (limit) => query('', limit),
    running: () => query(" AND ExecutionStatus = 'Running'", Infinity),
    async pendingSteps(job) {
      const steps: PendingStep[] = [];
      const prefix = `${job.workflowId}/`;
      const own = await describe(job.workflowId);
      if (own !== undefined) steps.push(...toPendingSteps(own));
      for (const child of own?.raw.pendingChildren ?? []) {
        const description = child.workflowId?.startsWith(prefix) === true ? await describe(child.workflowId) : undefined;
        if (description !== undefined) steps.push(...toPendingSteps(description));
      }
      return steps;
    },
    resume: (job) => call(() => handle(job).executeUpdate<void, []>('resume')),
    async cancel(job) {
      await call(() => handle(job).cancel());
    },
    async terminate(job) {
      await call(() => handle(job).terminate('terminated by gdrive-sync'));
    },
    async remove(job) {
      for (const execution of await executionsOf(job)) await removeExecution(execution);
      const endsAt = Date.now() + CALL_TIMEOUT_MS;
      while ((await executionsOf(job)).length > 0 && Date.now() < endsAt) await delay(LOOK_AGAIN_MS);
    },
    async removeRecord({ account, storeId, jobId }) {
      await call(() =>
        client.workflow.execute<typeof removeJob>('removeJob', {
          workflowId: `remove-job/${account}/${jobId}`,
          taskQueue,
          args: [{ account, storeId, jobId }],
          workflowIdConflictPolicy: WorkflowIdConflictPolicy.USE_EXISTING,
        }),
      );
    },
  };
}
