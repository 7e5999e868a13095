import { setTimeout as delay } from 'node:timers/promises';
import { openTemporal, type TemporalAccess } from '../../process/temporal-access';
import { withStores, type Accounts } from '../../process/open-accounts';
import { EXIT, UserError } from '../../errors';
import { ENDED } from '../../model/job';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { readStore } from '../../process/stores';
import type { StoredJob } from '../../queries/jobs/stored-jobs';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import { joinJob, loadJobs, pickJob, SEARCHED_JOBS, workerRuns, type JobView } from './job-list';
import { storedJob } from './stored-job';

const SETTLE_LIMIT_MS = 15_000;
const LOOK_EVERY_MS = 50;

/** What an action on a job may use. */
export interface JobAccess {
  temporal: TemporalAccess;
  /** The stores' writers; undefined while a worker runs, because only the worker may write then. */
  accounts: Accounts | undefined;
}

/** Finds a job and acts on it, with write access to the stores if no worker runs. Prints the result. */
export async function withJob(
  context: Context,
  prefix: string | undefined,
  act: (job: JobView, access: JobAccess) => Promise<string>,
): Promise<number> {
  const { config, home, tell, signal, json, out } = context;
  return await withStores(config, home, async (accounts) => {
    const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
    try {
      const listed = pickJob(await loadJobs(context, temporal, SEARCHED_JOBS), prefix);
      const job = await withCurrentRun(context, temporal, listed);
      const done = await act(job, { temporal, accounts });
      out(
        json
          ? JSON.stringify({ jobId: job.jobId, account: job.account, result: done })
          : `job ${job.jobId}: ${done}`,
      );
      return EXIT.ok;
    } finally {
      await temporal.close();
    }
  });
}

/** Temporal's list lags: a job that it does not show yet is looked up by the workflow id of its account. */
async function withCurrentRun(context: Context, { jobs }: TemporalAccess, job: JobView): Promise<JobView> {
  const { home } = context;
  const { account, jobId } = job;
  const storeId = job.temporal === undefined ? readStore(home, account, storeIdOf) : undefined;
  if (storeId === undefined) return job;
  const current = await jobs.current({ account, storeId });
  if (current?.jobId !== jobId) return job;
  const records = { stored: storedJob(home, job), temporal: current };
  return joinJob(account, records, { worker: workerRuns(context), temporalAsked: true });
}

/**
 * Reports why an action is not possible for a job.
 * @throws UserError always.
 */
export function refuse(job: JobView, why: string, hint: string): never {
  throw new UserError(`job ${job.jobId} ${why}`, { hint });
}

/**
 * Temporal's record of a job that has not ended.
 * @throws UserError if it has ended.
 */
export function openJob(job: JobView, done: string): TemporalJob {
  const { temporal, state } = job;
  if (ENDED.has(state) || temporal === undefined)
    return refuse(job, `is already ${state}`, `only a job that has not ended can be ${done}`);
  return temporal;
}

/** Waits until the store's record of a job satisfies `isReached`; returns false after 15 s. */
export async function waitForStoredState(
  home: Context['home'],
  job: JobView,
  isReached: (stored: StoredJob) => boolean,
): Promise<boolean> {
  for (const endsAt = Date.now() + SETTLE_LIMIT_MS; Date.now() < endsAt; await delay(LOOK_EVERY_MS)) {
    const stored = storedJob(home, job);
    if (stored !== undefined && isReached(stored)) return true;
  }
  return false;
}
