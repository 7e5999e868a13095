import { join } from 'node:path';
import type { Config } from '../config';
import { UserError } from '../errors';
import { inWords } from '../explain';
import type { Home } from './home';
import type { Accounts } from '../activities/accounts';
import { credentialFingerprint } from '../drive/auth/credential-source';
import { letGo } from '../let-go';
import type { Log } from '../log';
import type { RoleLock } from '../store/sqlite/role-lock';
import { recover } from '../temporal/recovery';
import { forgetWorker, notedWorker, noteWorker, type WorkerRecord } from './worker-record';
import { startDueWalks } from './due-walks';
import { workflowRevision, taskQueueOf, identityOf } from './names';
import { type TemporalAccess, type Announce, openTemporal } from './temporal-access';

/** The working process of a home. */
export interface RunningWorker extends TemporalAccess {
  accounts: Accounts;
  /** Settles when the worker has stopped; rejects if it broke. */
  stopped: Promise<void>;
}

/**
 * Refuses to join a worker that talks to another Drive, or with other credentials: the job would not be the one that was asked for.
 * @throws UserError
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

function ownRecord({ accessToken, account, driveUrl }: Config): WorkerRecord {
  const credentials =
    accessToken === undefined ? null : credentialFingerprint({ kind: 'token', token: accessToken });
  return { pid: process.pid, driveUrl: driveUrl ?? null, account, credentials };
}

/**
 * Starts the home's worker in this process: server, recovery of what a dead predecessor held, then work until `signal` aborts. When it has
 * stopped, stores and role are given up; the server is the caller's to close. If it does not start, all but role and accounts is undone. Nothing is
 * worked on before `verified` settles, nor if it rejects.
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
  },
): Promise<RunningWorker> {
  const { role, accounts, announce, log, signal, verified } = options;
  noteWorker(home, ownRecord(config));
  // Loaded while the server starts; what is wrong with it is said where it is used.
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
    // Whoever waits for it sees the rejection; until somebody does, it must not end the process.
    stopped.catch((error: unknown) => announce(`the worker stopped: ${inWords(error)}`));
    return { ...temporal, accounts, stopped };
  } catch (error) {
    await letGo(
      () => temporal.close(),
      () => forgetWorker(home),
    ).catch(() => undefined);
    throw error;
  }
}

async function loadWorker() {
  return await import('../temporal/worker.js');
}

/** Polls first and frees what a predecessor held then, so that the freed work finds a worker. */
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
    await letGo(
      () => accounts.close(),
      () => forgetWorker(home),
      () => role.release(),
    );
  }
}
