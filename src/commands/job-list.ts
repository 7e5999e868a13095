import { openTemporal, readStore, tryWorkerRole, type TemporalAccess } from '../app';
import { EXIT, UserError } from '../errors';
import { FAILURES, isFailureKind } from '../model/failure';
import { ENDED, type JobState } from '../model/job';
import { storedJobs, type StoredJob } from '../queries/stored-jobs';
import { serverRuns } from '../temporal/dev-server';
import type { TemporalJob } from '../temporal/jobs';
import type { Context } from './context';

/** A job as a person sees it: the store's record joined with Temporal's. Times in ms since 1970. */
export interface JobView {
  jobId: string;
  account: string;
  attempt: number;
  state: JobState;
  /** What a waiting job waits for, or why one failed. */
  reason: string | undefined;
  requestedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  pages: number;
  files: number;
  /** Temporal's side; undefined if its server does not run or has forgotten the job. */
  temporal: TemporalJob | undefined;
}

/** What is known of the processes around a job. */
export interface Surroundings {
  /** A worker holds the home. */
  worker: boolean;
  /** Temporal was asked: a job that it does not know has no workflow any more. */
  temporalAsked: boolean;
}

/** Tells a failure kind in words. */
export function reasonText(reason: string | null | undefined): string | undefined {
  if (reason == null) return undefined;
  return isFailureKind(reason) ? FAILURES[reason].says : reason;
}

/** Joins the two records of one job; at least one of them is there. */
export function joinJob(
  account: string,
  { stored, temporal }: { stored?: StoredJob | undefined; temporal?: TemporalJob | undefined },
  surroundings: Surroundings,
): JobView {
  const { state, reason } = stateOf(stored, temporal, surroundings);
  return {
    jobId: stored?.jobId ?? temporal?.jobId ?? '',
    account,
    attempt: Math.max(stored?.attempt ?? 1, temporal?.attempt ?? 1),
    state,
    reason,
    requestedAt: stored?.requestedAt ?? temporal?.requestedAt ?? 0,
    startedAt: stored?.startedAt,
    endedAt: ENDED.has(state) ? (stored?.endedAt ?? temporal?.closedAt) : undefined,
    pages: stored?.pages ?? 0,
    files: stored?.files ?? 0,
    temporal,
  };
}

const WAITS_FOR_WORKER = 'a worker: run `gdrive-sync sync` or `gdrive-sync up`';

function stateOf(
  stored: StoredJob | undefined,
  temporal: TemporalJob | undefined,
  { worker, temporalAsked }: Surroundings,
): { state: JobState; reason: string | undefined } {
  const told = reasonText(stored?.message ?? stored?.reason);
  const isStarted = stored !== undefined && stored.state !== 'pending' && stored.attempt >= (temporal?.attempt ?? 1);
  if (temporal !== undefined && temporal.status !== 'RUNNING') return closedState(stored, temporal, told);
  if (stored !== undefined && ENDED.has(stored.state) && isStarted) return { state: stored.state, reason: told };
  if (temporal === undefined && temporalAsked) return { state: 'terminated', reason: 'its workflow is gone' };
  if (!isStarted) return { state: 'pending', reason: worker ? undefined : WAITS_FOR_WORKER };
  if (stored.state === 'waiting') return { state: 'waiting', reason: told };
  return worker ? { state: 'running', reason: undefined } : { state: 'waiting', reason: WAITS_FOR_WORKER };
}

function closedState(
  stored: StoredJob | undefined,
  { status, attempt }: TemporalJob,
  told: string | undefined,
): { state: JobState; reason: string | undefined } {
  const isRecorded = stored !== undefined && ENDED.has(stored.state) && stored.attempt >= attempt;
  switch (status) {
    case 'COMPLETED':
      return { state: isRecorded ? stored.state : 'completed', reason: told };
    case 'CANCELED':
      return { state: 'canceled', reason: undefined };
    case 'TERMINATED':
      return isRecorded ? { state: stored.state, reason: told } : { state: 'terminated', reason: undefined };
    case 'FAILED':
    case 'RUNNING':
      return { state: 'failed', reason: told };
  }
}

/** Reaches Temporal if it runs already or is the user's own; asking for the state of things must not start a server. */
export async function reachRunningTemporal(context: Context): Promise<TemporalAccess | undefined> {
  const { config, home, tell, signal } = context;
  if (!config.externalTemporal && !(await serverRuns(home.path))) return undefined;
  return await openTemporal(config, home, { supervise: false, announce: tell, signal });
}

/** The newest jobs of the accounts asked for, newest first. */
export async function loadJobs(context: Context, temporal: TemporalAccess | undefined, limit: number): Promise<JobView[]> {
  const { home, config, accountNamed } = context;
  const accounts = accountNamed ? [config.account] : home.accounts();
  const surroundings = { worker: workerRuns(context), temporalAsked: temporal !== undefined };
  const known = (await temporal?.jobs.list(limit)) ?? [];
  const views = new Map<string, JobView>();
  for (const account of accounts) {
    for (const stored of readStore(home, account, (reader) => storedJobs(reader, limit)) ?? []) {
      const match = known.find(({ jobId }) => jobId === stored.jobId);
      views.set(stored.jobId, joinJob(account, { stored, temporal: match }, surroundings));
    }
  }
  for (const job of known) {
    if (views.has(job.jobId) || (accountNamed && job.account !== config.account)) continue;
    views.set(job.jobId, joinJob(job.account, { temporal: job }, surroundings));
  }
  return [...views.values()].sort((a, b) => b.requestedAt - a.requestedAt).slice(0, limit);
}

/** True while a process holds the role of the home's worker. */
export function workerRuns({ home }: Context): boolean {
  const role = tryWorkerRole(home);
  role?.release();
  return role === undefined;
}

/**
 * The job that a unique prefix of its id names, or the newest.
 * @throws UserError where there is none, or more than one.
 */
export function pickJob(jobs: readonly JobView[], prefix: string | undefined): JobView {
  const matches = prefix === undefined ? jobs.slice(0, 1) : jobs.filter(({ jobId }) => jobId.startsWith(prefix));
  const [first, second] = matches;
  if (first === undefined) {
    throw new UserError(prefix === undefined ? 'there are no jobs' : `there is no job ${JSON.stringify(prefix)}`, {
      hint: prefix === undefined ? 'start one with `gdrive-sync sync`' : '`gdrive-sync status` lists the jobs',
      exitCode: prefix === undefined ? EXIT.failure : EXIT.usage,
    });
  }
  if (second !== undefined) {
    throw new UserError(`${JSON.stringify(prefix)} names more than one job`, {
      hint: `say more of the id: ${matches.map(({ jobId }) => jobId).join(', ')}`,
      exitCode: EXIT.usage,
    });
  }
  return first;
}
