import { setTimeout as delay } from 'node:timers/promises';
import {
  isGrpcServiceError,
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import type { StoreRef } from '../activities/inputs';
import { isAccountName } from '../process/home';

/** Temporal's record of a job's newest run. */
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
  /** The code revision of its workflow. */
  revision: string | undefined;
}

/** A step of a job that Temporal is retrying, and its last failure. */
export interface PendingStep {
  attempt: number;
  failure: string | undefined;
}

/** Temporal's records of a home's jobs. */
export interface JobRecords {
  /** Newest first, one entry per job. */
  list(limit: number): Promise<TemporalJob[]>;
  running(): Promise<TemporalJob[]>;
  /** The newest run of an account's store; undefined if there is none. */
  current(store: StoreRef): Promise<TemporalJob | undefined>;
  /** The steps of a running job that are being retried. */
  pendingSteps(job: TemporalJob): Promise<PendingStep[]>;
  /**
   * Deletes all runs of the job, its attempts and its sources. A server deletes a run once its last tasks are acknowledged, which may take a minute:
   * returns false if some are still listed after 10 s.
   */
  remove(job: TemporalJob): Promise<boolean>;
  /**
   * Deletes the runs of a store's workflows, also open ones: its jobs (`sync`), its walk, and the starts of its schedule.
   * Returns false if some are still listed after 10 s.
   */
  removeRuns(store: StoreRef, kinds: readonly WorkflowKind[]): Promise<boolean>;
}

/** The first part of the ids of a store's workflows. */
export type WorkflowKind = 'sync' | 'walk' | 'content' | 'schedule';

interface Execution {
  workflowId: string;
  runId: string;
}

const CALL_TIMEOUT_MS = 10_000;
const LOOK_AGAIN_MS = 50;
/** gRPC: NOT_FOUND */
const GONE: ReadonlySet<number> = new Set([5]);
const STATUSES: Readonly<Record<string, TemporalJob['status']>> = {
  RUNNING: 'RUNNING',
  COMPLETED: 'COMPLETED',
  CONTINUED_AS_NEW: 'RUNNING',
  CANCELLED: 'CANCELED',
  TERMINATED: 'TERMINATED',
};

/** Sends a call with a deadline: without one, it would wait for ever for a server that does not answer. */
export async function withDeadline<T>(
  client: Client,
  send: () => Promise<T>,
  timeoutMs = CALL_TIMEOUT_MS,
): Promise<T> {
  return await client.connection.withDeadline(Date.now() + timeoutMs, send);
}

/** The workflow id of a store's jobs. It is the lock that prevents two jobs at the same time. */
export function workflowIdOf({ account, storeId }: StoreRef): string {
  return `sync/${account}/${storeId.slice(0, 8)}`;
}

/** A text field of a workflow's memo. */
export function memoText(memo: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = memo?.[name];
  return typeof value === 'string' ? value : undefined;
}

function toJob(info: Omit<WorkflowExecutionInfo, 'raw'>): TemporalJob | undefined {
  const jobId = memoText(info.memo, 'jobId');
  const account = memoText(info.memo, 'account');
  const storeId = memoText(info.memo, 'storeId');
  if (jobId === undefined || account === undefined || storeId === undefined) return undefined;
  // Anybody who can reach the server can start workflows, so the memo is not trusted.
  if (!isAccountName(account)) return undefined;
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

/** Steps that have failed at least once, with the last failure. */
function toPendingSteps({ raw }: WorkflowExecutionDescription): PendingStep[] {
  return (raw.pendingActivities ?? [])
    .filter(({ lastFailure }) => lastFailure != null)
    .map(({ attempt, lastFailure }) => ({
      attempt: attempt ?? 1,
      failure: lastFailure?.message ?? undefined,
    }));
}

/** Reads and deletes Temporal's records of the jobs on a task queue. */
export function createJobRecords(client: Client, taskQueue: string): JobRecords {
  async function describe(workflowId: string): Promise<WorkflowExecutionDescription | undefined> {
    try {
      return await withDeadline(client, () => client.workflow.getHandle(workflowId).describe());
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return undefined;
      throw error;
    }
  }

  async function query(filter: string, limit: number): Promise<TemporalJob[]> {
    const found = new Map<string, TemporalJob>();
    await withDeadline(client, async () => {
      const all = `TaskQueue = '${taskQueue}' AND WorkflowType = 'syncAccount' AND ExecutionStatus != 'ContinuedAsNew'`;
      for await (const info of client.workflow.list({ query: all + filter })) {
        const job = toJob(info);
        if (job !== undefined && !found.has(job.jobId)) found.set(job.jobId, job);
        if (found.size >= limit) break;
      }
    });
    return [...found.values()];
  }

  async function current(store: StoreRef): Promise<TemporalJob | undefined> {
    const description = await describe(workflowIdOf(store));
    return description && toJob(description);
  }

  return {
    current,
    list: (limit) => query('', limit),
    running: () => query(" AND ExecutionStatus = 'Running'", Infinity),
    async pendingSteps(job) {
      const steps: PendingStep[] = [];
      const prefix = `${job.workflowId}/`;
      const own = await describe(job.workflowId);
      if (own !== undefined) steps.push(...toPendingSteps(own));
      for (const child of own?.raw.pendingChildren ?? []) {
        const description =
          child.workflowId?.startsWith(prefix) === true ? await describe(child.workflowId) : undefined;
        if (description !== undefined) steps.push(...toPendingSteps(description));
      }
      return steps;
    },
    async remove(job) {
      const listed = await executionsOf(client, job);
      // The list lags, so it may not show the last run yet.
      const isListed = listed.some(({ runId }) => runId === job.runId);
      for (const execution of isListed ? listed : [...listed, job]) await removeExecution(client, execution);
      return await isEmptySoon(() => executionsOf(client, job));
    },
    async removeRuns(store, kinds) {
      const list = () => runsOf(client, store, kinds);
      for (const execution of await list()) await removeExecution(client, execution);
      return await isEmptySoon(list);
    },
  };
}

async function isEmptySoon(list: () => Promise<Execution[]>): Promise<boolean> {
  for (const endsAt = Date.now() + CALL_TIMEOUT_MS; Date.now() < endsAt; await delay(LOOK_AGAIN_MS))
    if ((await list()).length === 0) return true;
  return false;
}

/** The runs of a store's workflows and of their children. */
async function runsOf(
  client: Client,
  { account, storeId }: StoreRef,
  kinds: readonly WorkflowKind[],
): Promise<Execution[]> {
  const runs: Execution[] = [];
  await withDeadline(client, async () => {
    for (const kind of kinds) {
      const query = `WorkflowId STARTS_WITH '${kind}/${account}/${storeId.slice(0, 8)}'`;
      for await (const { workflowId, runId } of client.workflow.list({ query }))
        runs.push({ workflowId, runId });
    }
  });
  return runs;
}

/** All runs of a job, including its attempts and sources. */
async function executionsOf(client: Client, { workflowId, jobId }: TemporalJob): Promise<Execution[]> {
  const executions: Execution[] = [];
  await withDeadline(client, async () => {
    for await (const info of client.workflow.list({ query: `WorkflowId STARTS_WITH '${workflowId}'` })) {
      const isOwn = info.workflowId === workflowId && memoText(info.memo, 'jobId') === jobId;
      const isSource = info.workflowId.startsWith(`${workflowId}/`) && info.workflowId.includes(`/${jobId}.`);
      if (isOwn || isSource) executions.push({ workflowId: info.workflowId, runId: info.runId });
    }
  });
  return executions;
}

async function removeExecution(client: Client, workflowExecution: Execution): Promise<void> {
  const { namespace } = client.options;
  try {
    await withDeadline(client, () =>
      client.workflowService.deleteWorkflowExecution({ namespace, workflowExecution }),
    );
  } catch (error) {
    // The list is eventually consistent: it may still contain deleted runs.
    if (!isGrpcServiceError(error) || !GONE.has(error.code)) throw error;
  }
}
