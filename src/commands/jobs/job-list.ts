import type { TemporalAccess } from '../../process/temporal-access';
import { EXIT, UserError } from '../../errors';
import { ENDED, type JobState } from '../../model/job';
import { storedJobs, type StoredJob } from '../../queries/jobs/stored-jobs';
import { readStore } from '../../process/stores';
import { serverRuns } from '../../temporal/dev-server';
import type { TemporalJob } from '../../temporal/job-records';
import { isWorkerRoleHeld } from '../../process/worker-role';
import type { Context } from '../shared/context';
import { reasonText } from './reasons';

/** A job as people see it: the store's record joined with Temporal's. Times in ms since 1970. */
export interface JobView extends Omit<StoredJob, 'reason' | 'message' | 'answered' | 'answeredState'> {
  account: string;
  /** What the job waits for, or why it failed. */
  reason: string | undefined;
  /** Temporal's record; undefined if its server does not run or no longer has the job. */
  temporal: TemporalJob | undefined;
}

/** Which processes run beside a job. */
export interface ProcessFacts {
  /** A worker holds the worker lock of the home. */
  worker: boolean;
  /** Temporal was asked: a job that it does not know no longer has a workflow. */
  temporalAsked: boolean;
}

/** Joins the two records of one job; at least one of them must be given. */
export function joinJob(
  account: string,
  { stored, temporal }: { stored?: StoredJob | undefined; temporal?: TemporalJob | undefined },
  processes: ProcessFacts,
): JobView {
  const { state, reason } = stateOf(stored, temporal, processes);
  const record = stored ?? {
    ...NO_RECORD,
    jobId: temporal?.jobId ?? '',
    requestedAt: temporal?.requestedAt ?? 0,
  };
  return {
    jobId: record.jobId,
    account,
    attempt: Math.max(record.attempt, temporal?.attempt ?? 1),
    state,
    reason,
    requestedAt: record.requestedAt,
    startedAt: record.startedAt,
    endedAt: ENDED.has(state) ? (record.endedAt ?? temporal?.closedAt) : undefined,
    pages: record.pages,
    files: record.files,
    changes: record.changes,
    full: record.full,
    temporal,
  };
}

const NO_RECORD = {
  attempt: 1,
  startedAt: undefined,
  endedAt: undefined,
  pages: 0,
  files: 0,
  changes: 0,
  full: false,
};
const WAITS_FOR_WORKER = 'a worker: run `gdrive-sync sync` or `gdrive-sync up`';

type StateAndReason = { state: JobState; reason: string | undefined };

function stateOf(
  stored: StoredJob | undefined,
  temporal: TemporalJob | undefined,
  processes: ProcessFacts,
): StateAndReason {
  // The record of an earlier attempt says nothing about this one.
  const record = stored !== undefined && stored.attempt >= (temporal?.attempt ?? 1) ? stored : undefined;
  if (temporal !== undefined && temporal.status !== 'RUNNING') return closedState(record, temporal.status);
  if (record !== undefined && ENDED.has(record.state))
    return { state: record.state, reason: storedReason(record) };
  const isGone = temporal === undefined && processes.temporalAsked;
  return isGone
    ? { state: 'terminated', reason: 'its workflow is gone' }
    : openState(record, processes.worker);
}

function openState(record: StoredJob | undefined, worker: boolean): StateAndReason {
  const waitsForWorker = worker ? undefined : WAITS_FOR_WORKER;
  if (record === undefined || record.state === 'pending') return { state: 'pending', reason: waitsForWorker };
  if (record.state === 'waiting') return { state: 'waiting', reason: storedReason(record) };
  return { state: worker ? 'running' : 'waiting', reason: waitsForWorker };
}

function storedReason({ message, reason }: StoredJob): string | undefined {
  return reasonText(message ?? reason);
}

/** The store knows more than Temporal about how a job ended, but only if the end was recorded. */
function closedState(
  record: StoredJob | undefined,
  status: Exclude<TemporalJob['status'], 'RUNNING'>,
): StateAndReason {
  if (status === 'CANCELED') return { state: 'canceled', reason: undefined };
  const reason = record && storedReason(record);
  if (status === 'FAILED') return { state: 'failed', reason };
  if (record !== undefined && ENDED.has(record.state)) return { state: record.state, reason };
  return { state: status === 'COMPLETED' ? 'completed' : 'terminated', reason: undefined };
}

/** Short, because the stores know nearly everything. */
const STATUS_CONNECT_MS = 3_000;

/** Connects to Temporal if its server already runs or is the user's own: `status` must not start one. */
export async function reachRunningTemporal(context: Context): Promise<TemporalAccess | undefined> {
  const { config, home, tell, signal } = context;
  if (!config.externalTemporal && !(await serverRuns(home.path))) return undefined;
  // Temporal's client takes longer to load than most commands take to run.
  const { openTemporal } = await import('../../process/temporal-access.js');
  return await openTemporal(config, home, {
    supervise: false,
    announce: tell,
    signal,
    connectMs: STATUS_CONNECT_MS,
  });
}

/** As many jobs as a store keeps: a person may name any of them. */
export const SEARCHED_JOBS = 2_000;

function rethrow(error: unknown): never {
  throw error;
}

/**
 * Loads the newest jobs of the selected account, or of all accounts, newest first. `unreadable`: called for
 * a store that cannot be read; default: throws.
 */
export async function loadJobs(
  context: Context,
  temporal: TemporalAccess | undefined,
  limit: number,
  unreadable: (error: unknown) => void = rethrow,
): Promise<JobView[]> {
  const { home, config, accountNamed } = context;
  const accounts = accountNamed ? [config.account] : home.accounts();
  const processes = { worker: workerRuns(context), temporalAsked: temporal !== undefined };
  const known = (await temporal?.jobs.list(limit)) ?? [];
  const byId = new Map(known.map((job) => [job.jobId, job]));
  const views = new Map<string, JobView>();
  for (const account of accounts) {
    for (const stored of readJobs(home, account, { limit, unreadable })) {
      const match = byId.get(stored.jobId);
      views.set(stored.jobId, joinJob(account, { stored, temporal: match }, processes));
    }
  }
  for (const job of known) {
    if (views.has(job.jobId) || (accountNamed && job.account !== config.account)) continue;
    views.set(job.jobId, joinJob(job.account, { temporal: job }, processes));
  }
  return [...views.values()].toSorted((a, b) => b.requestedAt - a.requestedAt).slice(0, limit);
}

function readJobs(
  home: Context['home'],
  account: string,
  { limit, unreadable }: { limit: number; unreadable: (error: unknown) => void },
): StoredJob[] {
  try {
    return readStore(home, account, (reader) => storedJobs(reader, limit)) ?? [];
  } catch (error) {
    unreadable(error);
    return [];
  }
}

/** True while a process holds the home's worker lock. */
export function workerRuns({ home }: Context): boolean {
  return isWorkerRoleHeld(home);
}

/**
 * Finds the job by a unique prefix of its id; without a prefix, the newest job.
 * @throws UserError if there is none, or more than one.
 */
export function pickJob(jobs: readonly JobView[], prefix: string | undefined): JobView {
  const matches =
    prefix === undefined ? jobs.slice(0, 1) : jobs.filter(({ jobId }) => jobId.startsWith(prefix));
  const [first, second] = matches;
  if (first === undefined) {
    throw new UserError(
      prefix === undefined ? 'there are no jobs' : `there is no job ${JSON.stringify(prefix)}`,
      {
        hint:
          prefix === undefined ? 'start one with `gdrive-sync sync`' : '`gdrive-sync status` lists the jobs',
        exitCode: prefix === undefined ? EXIT.failure : EXIT.usage,
      },
    );
  }
  if (second !== undefined) {
    throw new UserError(`more than one job id begins with ${JSON.stringify(prefix)}`, {
      hint: `use a longer prefix: ${matches.map(({ jobId }) => jobId).join(', ')}`,
      exitCode: EXIT.usage,
    });
  }
  return first;
}

/** A job as `--json` prints it. */
export function toJson(job: JobView): Record<string, unknown> {
  const { temporal, ...view } = job;
  return { ...view, workflowId: temporal?.workflowId, runId: temporal?.runId };
}
