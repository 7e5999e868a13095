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
import { noteNextSync } from '../../process/worker-record';
import type { Session } from './session';

/** What a worker needs in order to start jobs. */
export type Starter = Pick<Session, 'jobs'>;

/**
 * Starts a job for every account of the home immediately and again at every interval, until the signal
 * aborts. A job that still runs continues, and one that waits for a login tries again. If an account fails,
 * the error is reported and the account is tried again at the next interval.
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
        context.tell(context.complete(`Cannot sync account "${account}" now: ${inWords(error)}`, account));
        logTold(context.fileLog.with({ account }), 'cannot start a job', error);
      }
    }
    noteNextSync(context.home, Date.now() + everyMs);
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

/** The accounts that have a store or a login, and the selected one; none if the folder cannot be read now. */
function knownAccounts({ config, home, tell, fileLog }: Context): string[] {
  try {
    return [...new Set([...home.known(), config.account])];
  } catch (error) {
    tell(`Cannot list the accounts now: ${inWords(error)}`);
    logTold(fileLog, 'cannot list the accounts', error);
    return [];
  }
}

/** False for an account without credentials. Reports it once, unless it is an unused default account. */
function mayStart(
  { config, home, tell, complete, fileLog, accountNamed }: Context,
  account: string,
  skipped: Set<string>,
): boolean {
  try {
    credentialSource(config, home, account);
    skipped.delete(account);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isMeant = accountNamed || home.known().includes(account);
    if (isMeant && !skipped.has(account)) {
      tell(complete(`Account "${account}" is not kept current: ${errorMessage(error)}`, account));
      logTold(fileLog.with({ account }), 'the account is not kept current', error);
    }
    skipped.add(account);
    return false;
  }
}

async function startJob({ home }: Context, { jobs }: Starter, account: string): Promise<void> {
  // A store of an older version must be migrated before it is read.
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
