import { join } from 'node:path';
import type { Config } from '../config';
import { UserError } from '../errors';
import { inWords } from '../explain';
import type { Home } from './home';
import type { Accounts } from '../activities/accounts';
import { credentialFingerprint } from '../drive/auth/credential-source';
import { releaseAll } from '../release-all';
import type { Log } from '../log';
import type { RoleLock } from '../store/sqlite/role-lock';
import { recover } from '../temporal/recovery';
import { forgetWorker, notedWorker, noteWorker, type WorkerRecord } from './worker-record';
import { startDueWalks } from './due-walks';
import { workflowRevision, taskQueueOf, identityOf } from './names';
import { type TemporalAccess, type Announce, openTemporal } from './temporal-access';

/** The running worker of a home. */
export interface RunningWorker extends TemporalAccess {
  accounts: Accounts;
  /** Settles when the worker has stopped; rejects if it failed. */
  stopped: Promise<void>;
}

/**
 * Checks that the running worker uses the same Drive and the same credentials as this command; otherwise its
 * job would be a different one.
 * @throws UserError if it does not.
 */
export function checkSameDrive(config: Config, home: Home): void {
  const worker = notedWorker(home);
  if (worker.state !== 'alive') return;
  const { record } = worker;
  const otherUrl = config.driveUrl !== undefined && config.driveUrl !== record.driveUrl;
  const otherLogin =
    config.accessToken !== undefined &&
    config.account === record.account &&
    credentialFingerprint({ kind: 'token', token: config.accessToken }) !== record.credentials;
  if (!otherUrl && !otherLogin) return;
  const what = otherUrl ? 'talks to another Drive URL' : 'uses other credentials';
  throw new UserError(`process ${String(record.pid)} works in this home and ${what}`, {
    hint: 'stop it first, or choose another --home',
  });
}

function ownRecord({ accessToken, account, driveUrl }: Config, service: boolean): WorkerRecord {
  const credentials =
    accessToken === undefined ? null : credentialFingerprint({ kind: 'token', token: accessToken });
  return { pid: process.pid, driveUrl: driveUrl ?? null, account, credentials, nextAt: null, service };
}

/**
 * Starts the home's worker in this process: starts the server, recovers the work of a dead predecessor, then
 * works until `signal` aborts. No work starts before `verified` resolves. When the worker stops, it closes
 * the stores and releases the lock; the caller closes the server. If the start fails, everything else is
 * undone, but the caller must close `accounts` and `role`.
 */
export async function startWorker(
  config: Config,
  home: Home,
  options: {
    role: RoleLock;
    accounts: Accounts;
    announce: Announce;
    log: Log;
    signal: AbortSignal;
    verified: Promise<unknown>;
    /** It works until it is stopped, and not only for one job. */
    service: boolean;
  },
): Promise<RunningWorker> {
  const { role, accounts, announce, log, signal, verified, service } = options;
  noteWorker(home, ownRecord(config, service));
  // Preloads the module while the server starts. An error is reported when the module is used.
  loadWorker().catch(() => undefined);
  const temporal = await openTemporal(config, home, { supervise: true, announce, log, signal }).catch(
    (error: unknown) => {
      forgetWorker(home);
      throw error;
    },
  );
  try {
    await verified;
    const { lanes } = config;
    const polling = await startPolling(home, temporal, { accounts, lanes, log, signal });
    log.write('info', 'worker started', { pid: process.pid });
    const stopped = untilStopped(polling, home, { accounts, role });
    // The caller handles the rejection later; until then, it must not end the process.
    stopped.catch((error: unknown) => announce(`the worker stopped: ${inWords(error)}`));
    return { ...temporal, accounts, stopped };
  } catch (error) {
    await releaseAll(
      () => temporal.close(),
      () => forgetWorker(home),
    ).catch(() => undefined);
    throw error;
  }
}

async function loadWorker() {
  return await import('../temporal/worker.js');
}

/** Starts polling before it recovers the work of a predecessor, so that the recovered work finds a worker. */
async function startPolling(
  home: Home,
  temporal: TemporalAccess,
  { accounts, lanes, log, signal }: { accounts: Accounts; lanes: number; log: Log; signal: AbortSignal },
): Promise<{ stopped: Promise<void> }> {
  const { runWorker } = await loadWorker();
  const taskQueue = taskQueueOf(home);
  const identity = identityOf(process.pid) + String(Date.now());
  const failed = new AbortController();
  const bundlePath = join(__dirname, '..', 'workflow-bundle.js');
  const { stopped } = await runWorker({
    target: temporal.target,
    taskQueue,
    identity,
    accounts,
    revision: workflowRevision(),
    lanes,
    log,
    bundlePath,
    signal: AbortSignal.any([signal, failed.signal]),
  });
  try {
    await recover(temporal.client, temporal.jobs, { taskQueue, identity });
    await startDueWalks(home, temporal.jobs);
    return { stopped };
  } catch (error) {
    failed.abort();
    await stopped;
    throw error;
  }
}

async function untilStopped(
  { stopped }: { stopped: Promise<void> },
  home: Home,
  { accounts, role }: { accounts: Accounts; role: RoleLock },
): Promise<void> {
  try {
    await stopped;
  } finally {
    await releaseAll(
      () => accounts.close(),
      () => forgetWorker(home),
      () => role.release(),
    );
  }
}
