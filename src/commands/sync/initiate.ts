import { checkAccountExists } from '../../process/credentials';
import { openTemporal } from '../../process/temporal-access';
import { withStores, type Accounts } from '../../process/open-accounts';
import { EXIT } from '../../errors';
import type { Home } from '../../process/home';
import { newJobId } from '../../job-id';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { ensureStore, readStore } from '../../process/stores';
import type { TemporalJob } from '../../temporal/job-records';
import { OutdatedWorker, type JobRef } from '../../temporal/job-starts';
import type { Jobs } from '../../temporal/jobs';
import type { Context } from '../shared/context';
import { checkedSettingsChange } from './drive-scope';
import { storedJob, tellJoined } from '../jobs/stored-job';
import { changeSettings } from './settings';
import type { SyncOptions } from './sync';

/** Starts a job, or joins the running one; a worker carries it out. */
export async function runInitiate(context: Context, options: SyncOptions): Promise<number> {
  const { config, home, tell, signal } = context;
  const { account } = config;
  const { full = false, acceptRemovals = false } = options;
  const change = await checkedSettingsChange(context, options);
  return await withStores(config, home, async (accounts) => {
    const storeId = storeFor(context, accounts);
    const jobId = newJobId();
    const request = { account, storeId, jobId, attempt: 1, requestedAt: Date.now(), full, acceptRemovals };
    const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
    try {
      const { jobs } = temporal;
      if (change !== undefined) await changeSettings({ accounts, jobs }, request, change);
      const job = await startOrJoin(jobs, request, { worker: accounts === undefined });
      const joined = job.jobId !== jobId;
      // Lets `status` show the job without a server.
      if (!joined) await accounts?.writer(account).recordJob(request);
      if (joined && acceptRemovals && accounts === undefined && storedJob(home, job)?.reason !== 'paused')
        await jobs.resume(job, { acceptRemovals });
      if (joined) tellJoined(context, job, { full, settings: change !== undefined });
      tellMade(context, { jobId: job.jobId, joined, worker: accounts === undefined });
      return EXIT.ok;
    } finally {
      await temporal.close();
    }
  });
}

/** Requests a current copy from the worker. Without one, starts a job that the next worker takes over. */
async function startOrJoin(
  jobs: Jobs,
  request: JobRef,
  { worker }: { worker: boolean },
): Promise<TemporalJob> {
  if (!worker) return await jobs.start(request);
  try {
    return (await jobs.join(request)).job;
  } catch (error) {
    if (!(error instanceof OutdatedWorker)) throw error;
    return await jobs.start(request);
  }
}

/**
 * Returns the id of the account's store. Creates the store if there is none, and migrates an old one if this
 * process may write.
 * @throws UserError if a new account has no credentials: its name is probably mistyped.
 */
export function storeFor(
  { config, home }: { config: Context['config']; home: Home },
  accounts: Accounts | undefined,
): string {
  const { account } = config;
  checkAccountExists(config, home);
  if (home.accounts().includes(account)) accounts?.writer(account);
  return readStore(home, account, storeIdOf) ?? ensureStore(home, account);
}

function tellMade(
  { config, json, out, tell }: Context,
  { jobId, joined, worker }: { jobId: string; joined: boolean; worker: boolean },
): void {
  const { account } = config;
  if (json) return out(JSON.stringify({ jobId, account, joined, worker }));
  out(`${joined ? 'joined' : 'created'} job ${jobId} for account "${account}"`);
  if (!worker) tell('The job is pending: run `gdrive-sync up` or `gdrive-sync sync` to carry it out.');
}
