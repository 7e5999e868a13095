import { setTimeout as delay } from 'node:timers/promises';
import { credentialSource } from '../../process/credentials';
import { logTold } from '../shared/log';
import { errorMessage, UserError } from '../../errors';
import { inWords } from '../../explain';
import { newJobId } from '../../job-id';
import { waitsForLogin } from '../../model/failure';
import { ensureStore, updateStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { storedJob } from '../jobs/stored-job';
import type { Session } from './session';

/** What a process that holds the home's roles needs in order to start jobs. */
export type Starter = Pick<Session, 'jobs'>;

/**
 * Starts a job for every account of the home at once and then again and again, until the signal aborts. A job that still runs is left to it,
 * one that waits for a login tries again; what goes wrong with one account is told and tried again at the next turn.
 */
export async function keepCurrent(
  context: Context,
  starter: Starter,
  { everyMs, signal }: { everyMs: number; signal: AbortSignal },
): Promise<void> {
  const skipped = new Set<string>();
  while (!signal.aborted) {
    for (const account of knownAccounts(context)) {
      if (signal.aborted) return;
      try {
        if (mayStart(context, account, skipped)) await startJob(context, starter, account);
      } catch (error) {
        if (signal.aborted) return;
        context.tell(`account "${account}" cannot be synced now: ${inWords(error)}`);
        logTold(context.fileLog.with({ account }), 'no job starts', error);
      }
    }
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** Those that have a store, and the selected one; none where the folder cannot be read now. */
function knownAccounts({ config, home, tell, fileLog }: Context): string[] {
  try {
    return [...new Set([...home.accounts(), config.account])];
  } catch (error) {
    tell(`the accounts cannot be listed now: ${inWords(error)}`);
    logTold(fileLog, 'the accounts cannot be listed', error);
    return [];
  }
}

/** False for an account without credentials, which is told once; a selected one without a store may just not be meant. */
function mayStart(
  { config, home, tell, fileLog, accountNamed }: Context,
  account: string,
  skipped: Set<string>,
): boolean {
  try {
    credentialSource(config, home, account);
    skipped.delete(account);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isMeant = accountNamed || home.accounts().includes(account);
    if (isMeant && !skipped.has(account)) {
      tell(`account "${account}" is not kept current: ${errorMessage(error)}`);
      logTold(fileLog.with({ account }), 'the account is not kept current', error);
    }
    skipped.add(account);
    return false;
  }
}

async function startJob({ home }: Context, { jobs }: Starter, account: string): Promise<void> {
  // A store of an older version is brought up to date before it is read.
  updateStore(home, account);
  const storeId = ensureStore(home, account);
  const job = await jobs.start({
    account,
    storeId,
    jobId: newJobId(),
    attempt: 1,
    requestedAt: Date.now(),
  });
  const stored = storedJob(home, job);
  // The credentials may have been replaced since.
  if (stored?.state === 'waiting' && waitsForLogin(stored.reason)) await jobs.resume(job);
}
