import { setTimeout as delay } from 'node:timers/promises';
import { checkSameDrive, startWorker } from '../../process/worker-process';
import { openAccounts, type Accounts } from '../../process/open-accounts';
import { openTemporal, startsAtOnce, type TemporalAccess } from '../../process/temporal-access';
import { UserError } from '../../errors';
import { letGo } from '../../let-go';
import { FAILURES, passesByItself, retryDelayMs, SyncFailure } from '../../model/failure';
import { storeFailure } from '../../process/stores';
import { tryWorkerRole } from '../../process/worker-role';
import type { Context } from '../shared/context';

/** A process's part in a home: it works, or it watches another that does. */
export interface Session extends TemporalAccess {
  works: boolean;
  /** The store's writers, where this process works: only then may it write. */
  accounts: Accounts | undefined;
  /** Settles when this process's worker has stopped; never, for a watcher. */
  stopped: Promise<void>;
}

/** Says to a person what a failed step means and what to do. */
export function asUserError(error: unknown, where: string | undefined): unknown {
  if (!(error instanceof SyncFailure)) return error;
  const place = error.kind === 'network' && where !== undefined ? ` at ${where}` : '';
  const { hint } = FAILURES[error.kind];
  return new UserError(error.message.replace('cannot be reached', `cannot be reached${place}`), {
    hint: hint ?? 'nothing is lost; try again later',
    cause: error,
  });
}

/** A person can do something about a connection that does not come about, and is told soon. */
const MOST_CONNECTS = 3;
/** Another program may write to the store for minutes; each try waits 10 s for it by itself. */
const MOST_BUSY_TRIES = 12;

/**
 * Has the account opened once. What passes by itself is no reason to end: the job opens the account as well, and waits.
 * @throws whatever is wrong with the login or the store, or that there is no connection.
 */
async function verify(
  accounts: Accounts,
  { config: { account }, tell }: Context,
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await accounts.open(account, undefined, signal);
      return;
    } catch (error) {
      if (storeFailure(error) === 'store-busy' && attempt < MOST_BUSY_TRIES) {
        if (attempt === 1) tell('Another program has the store open for writing; waiting for it.');
        continue;
      }
      if (!(error instanceof SyncFailure) || !passesByItself(error.kind)) throw error;
      if (error.kind !== 'network') {
        tell(`${error.message}. The job begins and waits until that is over.`);
        return;
      }
      if (attempt >= MOST_CONNECTS) throw error;
      await delay(retryDelayMs('network', { attempt, random: Math.random() }), undefined, { signal });
    }
  }
}

/**
 * Takes the home's worker role and works, once the account's credentials are known to be right (`verify`), or joins the worker that runs.
 * @throws UserError where the credentials, the store, Drive or Temporal cannot be used.
 */
export async function openSession(context: Context, options: { verify: boolean }): Promise<Session> {
  const { config, home, signal, tell } = context;
  const role = tryWorkerRole(home);
  if (role === undefined) {
    checkSameDrive(config, home);
    const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
    return { ...temporal, works: false, accounts: undefined, stopped: new Promise(() => undefined) };
  }
  const accounts = openAccounts(config, home, context.log);
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  // The server starts meanwhile, but nothing is fetched or waited for before the login is known to be good.
  const verified = options.verify ? verify(accounts, context, stop.signal) : Promise.resolve();
  verified.catch((error: unknown) => stop.abort(error));
  try {
    if (!(await startsAtOnce(config))) await verified;
    const worker = await startWorker(config, home, {
      role,
      accounts,
      announce: tell,
      log: context.log,
      signal: stop.signal,
      verified,
    });
    const close = async () => {
      stop.abort();
      await letGo(
        () => worker.stopped,
        () => worker.close(),
      );
    };
    return { ...worker, works: true, close };
  } catch (error) {
    stop.abort(error);
    // What is still being verified opens what is to be closed.
    await Promise.allSettled([verified]);
    await letGo(
      () => accounts.close(),
      () => role.release(),
    ).catch(() => undefined);
    throw asUserError(error, config.driveUrl ?? 'https://www.googleapis.com/');
  }
}
