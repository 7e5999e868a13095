import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, renameSync, rmSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutSecrets, type Environment } from '../config';
import { errorCode, UserError } from '../errors';
import { makeFolder } from '../make-folder';
import { whyNotStarted } from './server-log';
import {
  answers,
  freePort,
  isServerProcess,
  readServerState,
  serverFiles,
  writeServerState,
} from './server-state';

/** The namespace of every embedded server. */
export const EMBEDDED_NAMESPACE = 'gdrive-sync';

/** A server that this process started. */
export interface ServerProcess {
  port: number;
  uiPort: number;
  /** Settles when the server is gone. */
  exited: Promise<void>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;
const PREDECESSOR_LIMIT_MS = 10_000;

/**
 * Runs the server as a child of a shell, which records the server's pid and kills it on SIGTERM or when the
 * pipe from this process breaks. So not even kill -9 of this process leaves a server behind. The server is
 * killed because a graceful shutdown would wait a second for load balancers; its state is on disk after every
 * answer anyway.
 */
const GUARD = [
  'pidfile="$1"; shift; exec 3<&0; "$@" </dev/null & p=$!; echo $p > "$pidfile"',
  'trap "kill -9 $p 2>/dev/null; wait $p; exit" TERM INT',
  '( cat <&3 >/dev/null; kill -9 $p 2>/dev/null ) & wait $p',
].join('; ');

/**
 * Without WAL, every write waits for the disk; without the first two dynamic settings, every workflow step waits
 * for a 50 ms tick. A workflow is deleted only after its last tasks were acknowledged, by default up to a minute later.
 */
function serverArguments(home: string, port: number, uiPort: number): string[] {
  const { database, settings } = serverFiles(home);
  const flags = {
    '--ip': '127.0.0.1',
    '--port': String(port),
    '--ui-port': String(uiPort),
    '--namespace': EMBEDDED_NAMESPACE,
    '--log-level': 'warn',
    // A relative path: the server turns it into a URI, where # and % in a folder's name have a meaning.
    '--db-filename': basename(database),
    // Not the user's own file. The path also shows in the process list which home a server belongs to.
    '--env-file': settings,
  };
  const repeated = [
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', 'synchronous=NORMAL'],
    ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
    ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    ['--dynamic-config-value', 'history.transferProcessorUpdateAckInterval="1s"'],
    ['--dynamic-config-value', 'history.visibilityProcessorUpdateAckInterval="1s"'],
    // Against DNS rebinding: a web page whose name resolves to this machine must not reach the server.
    ['--dynamic-config-value', 'frontend.httpAllowedHosts=["127.0.0.1:*","localhost:*"]'],
  ];
  return ['server', 'start-dev', ...Object.entries(flags).flat(), ...repeated.flat()];
}

/**
 * Starts the server of a home, on its previous port if that is free. Only for the holder of the server lock.
 * @throws UserError if it does not start.
 */
export async function startServerProcess(options: {
  home: string;
  binary: string;
  env: Environment;
  announce: (line: string) => void;
}): Promise<ServerProcess> {
  const { home, announce } = options;
  makeFolder(serverFiles(home).folder);
  await predecessorGone(home);
  try {
    return await start(options);
  } catch (error) {
    // A port may have been taken since it was found free.
    const { isDamaged = false, isPortTaken = false } = whyNotStarted(home);
    if (!isDamaged && !isPortTaken) throw error;
    if (isDamaged)
      announce(
        `Temporal's database was damaged and has been moved to ${setAside(home)}. The stores are not affected.`,
      );
    return await start(options);
  }
}

/** Waits for the server of a killed owner to end; after a while, sends SIGTERM, then SIGKILL. */
async function predecessorGone(home: string): Promise<void> {
  const pid = lastPid(home);
  if (pid === undefined) return;
  for (const [signal, limitMs] of [
    [0, PREDECESSOR_LIMIT_MS],
    ['SIGTERM', STOP_LIMIT_MS],
    ['SIGKILL', STOP_LIMIT_MS],
  ] as const) {
    if (!isServerProcess(pid, home)) return;
    signalProcess(pid, signal);
    for (const endsAt = Date.now() + limitMs; Date.now() < endsAt && isServerProcess(pid, home);)
      await delay(50);
  }
}

/** Prefers the guard's pid file: an owner killed while its server started has not written the state yet. */
function lastPid(home: string): number | undefined {
  try {
    return Number(readFileSync(serverFiles(home).pid, 'utf8'));
  } catch {
    return readServerState(home)?.pid;
  }
}

/** Signals a process, or a process group if negative, that may be gone already. */
function signalProcess(pid: number, signal: NodeJS.Signals | 0): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

async function start({
  home,
  binary,
  env,
}: {
  home: string;
  binary: string;
  env: Environment;
}): Promise<ServerProcess> {
  const files = serverFiles(home);
  const before = readServerState(home);
  const port = await freePort(before?.port);
  const uiPort = await freePort(before?.uiPort === port ? undefined : before?.uiPort);
  rmSync(files.pid, { force: true });
  const child = spawnGuarded(home, [files.pid, binary, ...serverArguments(home, port, uiPort)], env);
  const exited = new Promise<void>((settle) => {
    const end = () => {
      // Ends the guard's watcher, which would otherwise wait for this process to end.
      child.stdin?.end();
      settle();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const stop = async () => {
    child.kill('SIGTERM');
    child.stdin?.end();
    await Promise.race([exited, delay(STOP_LIMIT_MS, undefined, { ref: false })]);
    // Kills the whole group: killing only the guard would leave the server behind.
    if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
  };
  if (!(await cameUp(port, exited))) {
    await stop();
    const { says, hint } = whyNotStarted(home);
    throw new UserError(`the embedded Temporal server (${binary}) does not start: ${says}`, {
      hint: hint ?? `see ${files.log}, or set TEMPORAL_ADDRESS to your own server`,
    });
  }
  writeServerState(home, { port, uiPort, pid: Number(readFileSync(files.pid, 'utf8')) });
  return { port, uiPort, exited, stop };
}

function spawnGuarded(home: string, args: string[], env: Environment): ChildProcess {
  const { log, folder } = serverFiles(home);
  // A new log for each start, so that an old error is not taken for a new one; keeps the previous log.
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const out = openSync(log, 'w');
  // A separate process group: Ctrl-C must reach only this process, which stops the server last.
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', ...args], {
    // The environment of a running process can be read.
    env: withoutSecrets(env),
    cwd: folder,
    stdio: ['pipe', out, out],
    detached: true,
  });
  closeSync(out);
  // The pipe breaks if the server ends first.
  child.stdin?.on('error', () => undefined);
  return child;
}

async function cameUp(port: number, exited: Promise<void>): Promise<boolean> {
  let gone = false;
  void exited.then(() => (gone = true));
  for (const endsAt = Date.now() + START_LIMIT_MS; Date.now() < endsAt && !gone;) {
    if (await answers(port)) return true;
    await delay(20);
  }
  return false;
}

function setAside(home: string): string {
  const { database } = serverFiles(home);
  const aside = `${database}.corrupt-${new Date().toISOString().replaceAll(':', '')}`;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(database + suffix)) renameSync(database + suffix, aside + suffix);
  }
  return aside;
}
