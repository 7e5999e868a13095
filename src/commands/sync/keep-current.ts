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
import { homeLine, storyLine } from './sync-line';
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
  let isNoted = true;
  while (!signal.aborted) {
    for (const account of knownAccounts(context)) {
      if (signal.aborted) return;
      try {
        if (mayStart(context, account, skipped)) await startJob(context, starter, account);
      } catch (error) {
        if (signal.aborted) return;
        tellNow(context, { account, says: `cannot sync now: ${inWords(error)}` });
        logTold(context.fileLog.with({ account }), 'cannot start a job', error);
      }
    }
    isNoted = noteNext(context, { nextAt: Date.now() + everyMs, tells: isNoted });
    await delay(everyMs, undefined, { signal }).catch(() => undefined);
  }
}

function tellNow({ tell, complete }: Context, { account, says }: { account: string; says: string }): void {
  tell(storyLine(Date.now(), { account, says: complete(says, account) }));
}

/** Records when the next sync is. Syncs go on if that fails, for example because the disk is full. */
function noteNext(
  { home, tell, fileLog }: Context,
  { nextAt, tells }: { nextAt: number; tells: boolean },
): boolean {
  try {
    noteNextSync(home, nextAt);
    return true;
  } catch (error) {
    if (tells) tell(homeLine(Date.now(), `cannot write down when the next sync is: ${inWords(error)}`));
    logTold(fileLog, 'cannot write down when the next sync is', error);
    return false;
  }
}

/** The accounts that have a store or a login, and the selected one; none if the folder cannot be read now. */
function knownAccounts({ config, home, fileLog }: Context): string[] {
  try {
    return [...new Set([...home.known(), config.account])];
  } catch (error) {
    // The story tells it.
    logTold(fileLog, 'cannot list the accounts', error);
    return [];
  }
}

/** False for an account without credentials. Reports it once, unless it is an unused default account. */
function mayStart(context: Context, account: string, skipped: Set<string>): boolean {
  const { config, home, fileLog, accountNamed } = context;
  try {
    credentialSource(config, home, account);
    skipped.delete(account);
    return true;
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const isMeant = accountNamed || home.known().includes(account);
    if (isMeant && !skipped.has(account)) {
      tellNow(context, { account, says: `not kept current: ${errorMessage(error)}` });
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
