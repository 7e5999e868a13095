import { setTimeout as delay } from 'node:timers/promises';
import { checkSameDrive, startWorker } from '../../process/worker-process';
import { openAccounts, type Accounts } from '../../process/open-accounts';
import { openTemporal, startsAtOnce, type TemporalAccess } from '../../process/temporal-access';
import { UserError } from '../../errors';
import { releaseAll } from '../../release-all';
import { FAILURES, isTemporary, retryDelayMs, SyncFailure } from '../../model/failure';
import { storeFailure } from '../../process/stores';
import { tryWorkerRole } from '../../process/worker-role';
import type { Context } from '../shared/context';

/** The role of a process in a home: it is the worker, or it watches another process that is. */
export interface Session extends TemporalAccess {
  works: boolean;
  /** The stores' writers; only in the worker, because no other process may write. */
  accounts: Accounts | undefined;
  /** Settles when this process's worker has stopped; never settles for a watcher. */
  stopped: Promise<void>;
}

/** Turns a failed step into an error for people, with a hint. */
export function asUserError(error: unknown, where: string | undefined): unknown {
  if (!(error instanceof SyncFailure)) return error;
  const place = error.kind === 'network' && where !== undefined ? ` at ${where}` : '';
  const { hint } = FAILURES[error.kind];
  return new UserError(error.message.replace('cannot be reached', `cannot be reached${place}`), {
    hint: hint ?? 'nothing is lost; try again later',
    cause: error,
  });
}

/** Few, because a person can fix the connection and should learn about it soon. */
const MOST_CONNECTS = 3;
/** Another program may hold the store open for writing for minutes. Each attempt already waits 10 s. */
const MOST_BUSY_TRIES = 12;

/**
 * Opens the account once, to report errors early. Temporary errors do not end the command: the job opens the
 * account too, and waits.
 * @throws if the login or the store cannot be used, or if there is no connection.
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
        if (attempt === 1) tell('Another program has the store open for writing. Waiting for it.');
        continue;
      }
      if (!(error instanceof SyncFailure) || !isTemporary(error.kind)) throw error;
      if (error.kind !== 'network') {
        tell(`${error.message}. The job starts anyway and waits until the problem is gone.`);
        return;
      }
      if (attempt >= MOST_CONNECTS) throw error;
      await delay(retryDelayMs('network', { attempt, random: Math.random() }), undefined, { signal });
    }
  }
}

/**
 * Takes the home's worker lock and starts the worker, or joins the running worker. `verify`: check the
 * account's credentials first. `service`: this process works until it is stopped.
 * @throws UserError if the credentials, the store, Drive or Temporal cannot be used.
 */
export async function openSession(
  context: Context,
  options: { verify: boolean; service?: boolean },
): Promise<Session> {
  const { config, home, signal, tell } = context;
  const role = tryWorkerRole(home);
  if (role === undefined) {
    checkSameDrive(config, home);
    const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
    return { ...temporal, works: false, accounts: undefined, stopped: new Promise(() => undefined) };
  }
  context.status?.('Starting the worker and the Temporal server…');
  const accounts = openAccounts(config, home, context.log);
  const stop = new AbortController();
  signal.addEventListener('abort', () => stop.abort(), { once: true });
  // The server starts at the same time, but no binary is downloaded until the login is verified.
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
      service: options.service === true,
    });
    const close = async () => {
      stop.abort();
      await releaseAll(
        () => worker.stopped,
        () => worker.close(),
      );
    };
    return { ...worker, works: true, close };
  } catch (error) {
    stop.abort(error);
    // The verification may still be opening the accounts that are closed next.
    await Promise.allSettled([verified]);
    await releaseAll(
      () => accounts.close(),
      () => role.release(),
    ).catch(() => undefined);
    throw asUserError(error, config.driveUrl ?? 'https://www.googleapis.com/');
  }
}
