import { openTemporal, type TemporalAccess } from '../../process/temporal-access';
import { takeBriefRole } from '../../process/worker-role';
import { commandFor } from '../../command-line';
import { UserError } from '../../errors';
import { findStoreId, noAccount } from '../../process/stores';
import { notedWorker } from '../../process/worker-record';
import { hasServerData } from '../../temporal/dev-server';
import type { Context } from '../shared/context';

/** What Temporal may hold of an account. */
export interface AccountTraces {
  /** Undefined if the embedded server was never used, so that it holds nothing. */
  temporal: TemporalAccess | undefined;
  /** The account's store, also under former names, and earlier stores of the same name. */
  stores: { account: string; storeId: string }[];
}

/**
 * Runs a change of an account while no worker can use its store.
 * @throws UserError if there is no such account, if a worker runs, or if a job of the account has not ended.
 */
export async function withIdleAccount(
  context: Context,
  account: string,
  change: (traces: AccountTraces) => Promise<number>,
): Promise<number> {
  const { home } = context;
  if (!home.known().includes(account)) throw noAccount(home, account);
  const role = await takeBriefRole(home);
  if (role === undefined) throw workerRuns(context);
  try {
    return await withTemporal(context, async (temporal) => {
      const stores = await storesOf(context, account, temporal);
      for (const store of stores) {
        const job = await temporal?.jobs.current(store);
        if (job?.status === 'RUNNING') throw hasOpenJob(account, job.jobId);
      }
      return await change({ temporal, stores });
    });
  } finally {
    role.release();
  }
}

async function withTemporal<T>(
  { config, home, tell, signal }: Context,
  act: (temporal: TemporalAccess | undefined) => Promise<T>,
): Promise<T> {
  if (!config.externalTemporal && !hasServerData(home.path)) return await act(undefined);
  const temporal = await openTemporal(config, home, { supervise: false, announce: tell, signal });
  try {
    return await act(temporal);
  } finally {
    await temporal.close();
  }
}

/** The account's store in Temporal, under every name that it had, and earlier stores of the account. */
async function storesOf(
  { home }: Context,
  account: string,
  temporal: TemporalAccess | undefined,
): Promise<AccountTraces['stores']> {
  const own = storeIdIfReadable(home, account);
  const known = home.known();
  const stores = own === undefined ? [] : [{ account, storeId: own }];
  for (const job of (await temporal?.jobs.list(Infinity)) ?? []) {
    const isFormer = job.storeId === own && !known.includes(job.account);
    if (job.account === account || isFormer) stores.push({ account: job.account, storeId: job.storeId });
  }
  return [...new Map(stores.map((store) => [`${store.account} ${store.storeId}`, store])).values()];
}

/** A damaged store can still be removed. */
function storeIdIfReadable(...store: Parameters<typeof findStoreId>): string | undefined {
  try {
    return findStoreId(...store);
  } catch {
    return undefined;
  }
}

/** The error for a command that no worker may run beside. */
export function workerRuns({ home }: Context): UserError {
  const worker = notedWorker(home);
  const who = worker.state === 'none' ? 'another process' : `process ${String(worker.record.pid)}`;
  return new UserError(`${who} works in this home and may have the account open`, {
    hint: 'stop that `gdrive-sync up` or `gdrive-sync sync` first',
  });
}

function hasOpenJob(account: string, jobId: string): UserError {
  return new UserError(`job ${jobId} of account "${account}" has not ended`, {
    hint: `finish it with ${commandFor(account, 'sync')}, or end it with ${commandFor(account, `cancel ${jobId}`)}`,
  });
}
