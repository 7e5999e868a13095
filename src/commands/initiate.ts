import { credentialSource, ensureStore, openAccounts, openTemporal, readStore, takeBriefRole } from '../app';
import { EXIT } from '../errors';
import { storeIdOf } from '../queries/store-facts';
import type { Context } from './context';
import { newJobId } from './sync';

/** Makes a job, or joins the one that runs; a worker does the work. */
export async function runInitiate(context: Context): Promise<number> {
  const { config, home, tell, out, json, signal } = context;
  const { account } = config;
  const role = await takeBriefRole(home);
  try {
    // Without a store and without credentials the name is most likely a mistake.
    if (role !== undefined && readStore(home, account, storeIdOf) === undefined)
      credentialSource(config, home, account);
    const storeId = ensureStore(home, account);
    const jobId = newJobId();
    const request = { account, storeId, jobId, attempt: 1, requestedAt: Date.now() };
    const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
    try {
      const job = await temporal.jobs.start(request);
      const joined = job.jobId !== jobId;
      if (role !== undefined && !joined) await recordPending(context, request);
      if (json) out(JSON.stringify({ jobId: job.jobId, account, joined, worker: role === undefined }));
      else {
        out(`${joined ? 'joined' : 'created'} job ${job.jobId} for account "${account}"`);
        if (role !== undefined) tell('pending: run `gdrive-sync up` or `gdrive-sync sync` to have it done');
      }
      return EXIT.ok;
    } finally {
      await temporal.close();
    }
  } finally {
    role?.release();
  }
}

/** Notes the job in the store too, so that `status` knows of it without a server. Only the holder of the worker role may. */
async function recordPending(
  { config, home }: Context,
  request: { account: string; jobId: string; attempt: number; requestedAt: number },
): Promise<void> {
  const accounts = openAccounts(config, home);
  try {
    await accounts.writer(request.account).recordJob(request);
  } finally {
    await accounts.close();
  }
}
