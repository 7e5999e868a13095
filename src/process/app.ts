import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@temporalio/client';
import type { Config } from '../config';
import { LoginError, UserError } from '../errors';
import { inWords } from '../explain';
import { isAccountName, type Home, type HomePlaces } from './home';
import { createAccounts, type Accounts } from '../activities/accounts';
import type { CredentialFile } from '../drive/auth/credential-file';
import { credentialFingerprint, type CredentialSource } from '../drive/auth/credential-source';
import type { DriveClient } from '../drive/client';
import { Limiter, Pacer, PROJECT_UNITS } from '../drive/limiter';
import type { DriveProbe } from '../drive/probe';
import { letGo } from '../let-go';
import type { Log } from '../log';
import type { RoleLock } from '../store/sqlite/role-lock';
import { findTemporalBinary, namedBinary } from '../temporal/binary';
import {
  connectClient,
  embeddedTarget,
  externalTarget,
  ServerUnusable,
  type Target,
} from '../temporal/connect';
import { ensureServer, type DevServer } from '../temporal/dev-server';
import { createJobs, type Jobs } from '../temporal/jobs';
import { recover } from '../temporal/recovery';
import { createSchedules, type Schedules } from '../temporal/schedules';
import { findStoreId } from './stores';
import { forgetWorker, notedWorker, noteWorker, type WorkerRecord } from './worker-record';
import { takeBriefRole } from './worker-role';
import { startDueWalks } from './due-walks';
import { createThreadWriter } from '../writer/thread-writer';

export type { Accounts };

/** A connection to the home's Temporal server, and what is to be closed with it. */
export interface TemporalAccess {
  client: Client;
  jobs: Jobs;
  schedules: Schedules;
  target: Target;
  uiUrl: string | undefined;
  close(): Promise<void>;
}

/** The working process of a home. */
export interface RunningWorker extends TemporalAccess {
  accounts: Accounts;
  /** Settles when the worker has stopped; rejects if it broke. */
  stopped: Promise<void>;
}

/** What a long-running start tells the person who waits for it. */
export type Announce = (line: string) => void;

/** The code revision of the workflows that this installation runs, written by the build. */
export function workflowRevision(): string {
  const { revision } = JSON.parse(readFileSync(join(__dirname, '..', 'workflow-revision.json'), 'utf8')) as {
    revision: string;
  };
  return revision;
}

/** The queue that this home's worker polls: workflows of many homes can share a server. */
export function taskQueueOf(home: Home): string {
  return `gdrive-sync-${home.id}`;
}

/** How the name begins under which a process polls as a worker. */
export function identityOf(pid: number): string {
  return `gdrive-sync-${String(pid)}-`;
}

/** Where an account's credentials come from: the settings speak for the selected account only, every other one has its own file. */
export function credentialSource(config: Config, home: HomePlaces, account: string): CredentialSource {
  const own = home.credentialsOf(account);
  if (account === config.account && config.accessToken !== undefined)
    return { kind: 'token', token: config.accessToken };
  if (existsSync(own)) return { kind: 'file', path: own };
  if (account === config.account && config.applicationCredentials !== undefined) {
    return { kind: 'file', path: config.applicationCredentials };
  }
  throw new LoginError(`there are no credentials for account "${account}"`, {
    hint: 'log in with `gdrive-sync auth login`, or try `gdrive-sync demo`, which needs none',
  });
}

/** Changes when somebody logs in again while this process works. */
function credentialVersion(config: Config, home: Home, account: string): string | undefined {
  try {
    const source = credentialSource(config, home, account);
    if (source.kind === 'token') return 'token';
    const { mtimeMs, ino } = statSync(source.path);
    return `${source.path} ${String(ino)} ${String(mtimeMs)}`;
  } catch {
    // What is wrong with them is said when they are loaded.
    return undefined;
  }
}

/** The Google client is loaded only where it is used: a command that only reads must not pay for it. */
export async function openDrive(
  config: Config,
  home: HomePlaces,
  account: string,
  limiter = new Limiter([new Pacer(config.unitsPerMinute)]),
): Promise<DriveClient> {
  const source = credentialSource(config, home, account);
  const { loadCredentials } = await import('../drive/auth/credentials.js');
  const { createDriveClient } = await import('../drive/client.js');
  return createDriveClient(await loadCredentials(source, config.oauthUrl), config.driveUrl, limiter);
}

/**
 * Opens Drive with a login that is not stored yet, once it has shown to be good.
 * @throws UserError, or SyncFailure, that says what is wrong with it.
 */
export async function openLogin(config: Config, login: CredentialFile): Promise<DriveClient> {
  const limiter = new Limiter([new Pacer(config.unitsPerMinute)]);
  const { tryLogin } = await import('../drive/auth/try-login.js');
  const { createDriveClient } = await import('../drive/client.js');
  return createDriveClient(await tryLogin(login, config.oauthUrl), config.driveUrl, limiter);
}

/** Asks Drive for nothing, as nobody: for the way there, and for its clock. */
export async function probeDrive(config: Config, signal: AbortSignal): Promise<DriveProbe> {
  const { probe } = await import('../drive/probe.js');
  return await probe(config.driveUrl, signal);
}

/** Reaches the Temporal server that the settings name, else the home's own, starting it if need be. `supervise`: keep it alive. */
export async function openTemporal(
  config: Config,
  home: Home,
  options: { supervise: boolean; announce: Announce; signal?: AbortSignal | undefined },
): Promise<TemporalAccess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectTo(config, home, options);
    } catch (error) {
      // Its owner may have ended after it was found; then this process finds another one, or owns it.
      const mayRetry = error instanceof ServerUnusable && error.isEmbedded && attempt < MOST_CONNECTS;
      if (!mayRetry || options.signal?.aborted === true) throw error;
    }
  }
}

const MOST_CONNECTS = 3;

async function connectTo(
  config: Config,
  home: Home,
  options: { supervise: boolean; announce: Announce; signal?: AbortSignal | undefined },
): Promise<TemporalAccess> {
  const server = config.externalTemporal ? undefined : await startServer(config, home, options);
  const target =
    server === undefined ? externalTarget(config.env) : embeddedTarget(server.address, server.namespace);
  try {
    const client = await connectClient(target);
    return {
      client,
      target,
      jobs: createJobs(client, { taskQueue: taskQueueOf(home), revision: workflowRevision() }),
      schedules: createSchedules(client, taskQueueOf(home)),
      uiUrl: server?.uiUrl,
      async close() {
        await letGo(
          () => client.connection.close(),
          () => server?.close(),
        );
      },
    };
  } catch (error) {
    await server?.close();
    throw error;
  }
}

/** True where the home's own server is used and can be started at once, with nothing to be fetched. */
export async function startsAtOnce({ externalTemporal, env, cacheDir }: Config): Promise<boolean> {
  if (externalTemporal) return false;
  return namedBinary(env) !== undefined || (await findTemporalBinary({ env, cacheDir })).path !== undefined;
}

async function startServer(
  config: Config,
  home: Home,
  {
    supervise,
    announce,
    signal,
  }: { supervise: boolean; announce: Announce; signal?: AbortSignal | undefined },
): Promise<DevServer> {
  const { env, cacheDir } = config;
  return await ensureServer({
    home: home.path,
    env,
    cacheDir,
    announce,
    supervise,
    ...(signal && { signal }),
  });
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

/** What the walk of shared folders gets even while others wait. It has nothing to do before the user's first crawl is over. */
const BACKGROUND_SHARE = 0.1;

/** The limits of each user, which outlive a login, within those of the project that the accounts of a home are taken to share. */
function createLimits({ unitsPerMinute }: Config): (account: string) => Limiter {
  const project = new Pacer(Math.max(PROJECT_UNITS, unitsPerMinute));
  const limiters = new Map<string, Limiter>();
  return (account) => {
    const limiter = limiters.get(account) ?? new Limiter([new Pacer(unitsPerMinute), project]);
    limiter.backgroundShare = BACKGROUND_SHARE;
    limiters.set(account, limiter);
    return limiter;
  };
}

/** Opens the accounts of a home for the holder of the worker role. */
export function openAccounts(config: Config, home: Home, log?: Log): Accounts {
  const limiterOf = createLimits(config);
  return createAccounts({
    openWriter: (account) => createThreadWriter(home.storeOf(account), undefined, log?.with({ account })),
    storeId: (account) => (isAccountName(account) ? findStoreId(home, account) : undefined),
    credentialVersion: (account) => credentialVersion(config, home, account),
    openDrive: (account) => openDrive(config, home, account, limiterOf(account)),
  });
}

/**
 * Runs a short write, with the stores in hand if no worker holds the home: only then may this process write. The role is given up
 * whatever fails.
 */
export async function withStores<T>(
  config: Config,
  home: Home,
  write: (accounts: Accounts | undefined) => Promise<T>,
): Promise<T> {
  const role = await takeBriefRole(home);
  if (role === undefined) return await write(undefined);
  const accounts = openAccounts(config, home);
  try {
    return await write(accounts);
  } finally {
    await letGo(
      () => accounts.close(),
      () => role.release(),
    );
  }
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
  const temporal = await openTemporal(config, home, { supervise: true, announce, signal }).catch(
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
