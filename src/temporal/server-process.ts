import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, existsSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutSecrets, type Environment } from '../config';
import { errorCode, UserError } from '../errors';
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
 * Runs the server as a child of a shell that notes its pid and kills it when it is told to end or the pipe from this process breaks: also kill -9 of
 * this process leaves no server behind. The server's state is on disk with every answer, as for any crash; asked to end, it would wait a second for
 * load balancers that are not there.
 */
const GUARD = [
  'pidfile="$1"; shift; exec 3<&0; "$@" </dev/null & p=$!; echo $p > "$pidfile"',
  'trap "kill -9 $p 2>/dev/null; wait $p; exit" TERM INT',
  '( cat <&3 >/dev/null; kill -9 $p 2>/dev/null ) & wait $p',
].join('; ');

/** Without the two dynamic settings every step of a workflow waits for a 50 ms tick; without WAL every write for the disk. */
function serverArguments(home: string, port: number, uiPort: number): string[] {
  const { database, settings } = serverFiles(home);
  const flags = {
    '--ip': '127.0.0.1',
    '--port': String(port),
    '--ui-port': String(uiPort),
    '--namespace': EMBEDDED_NAMESPACE,
    '--log-level': 'warn',
    // The server makes a URI of it, so that characters as # and % of a folder's name would count: it runs in that folder.
    '--db-filename': basename(database),
    // Not those of the user, if there are any; and it tells by whose home a server runs.
    '--env-file': settings,
  };
  const repeated = [
    ['--sqlite-pragma', 'journal_mode=WAL'],
    ['--sqlite-pragma', 'synchronous=NORMAL'],
    ['--dynamic-config-value', 'history.transferProcessorMaxPollRPS=1000'],
    ['--dynamic-config-value', 'system.enableActivityEagerExecution=true'],
    // A web page that has its own name lead to this machine must not get to the server.
    ['--dynamic-config-value', 'frontend.httpAllowedHosts=["127.0.0.1:*","localhost:*"]'],
  ];
  return ['server', 'start-dev', ...Object.entries(flags).flat(), ...repeated.flat()];
}

/**
 * Starts the server of a home for the holder of its role, on the port that it had before if that is free.
 * @throws UserError where it does not come up.
 */
export async function startServerProcess(options: {
  home: string;
  binary: string;
  env: Environment;
  announce: (line: string) => void;
}): Promise<ServerProcess> {
  const { home, announce } = options;
  mkdirSync(serverFiles(home).folder, { recursive: true });
  await predecessorGone(home);
  try {
    return await start(options);
  } catch (error) {
    // A port may have been taken since it was found free.
    const { isDamaged = false, isPortTaken = false } = whyNotStarted(home);
    if (!isDamaged && !isPortTaken) throw error;
    if (isDamaged)
      announce(
        `Temporal's own state was damaged; it is put aside as ${setAside(home)}. The stores are not affected.`,
      );
    return await start(options);
  }
}

/** A server outlives its killed owner for a moment; after a while it is helped along. */
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

/** The guard's note comes first: an owner killed while its server started has not written the state yet. */
function lastPid(home: string): number | undefined {
  try {
    return Number(readFileSync(serverFiles(home).pid, 'utf8'));
  } catch {
    return readServerState(home)?.pid;
  }
}

/** Signals a process, or with a negative number a group, that may be gone already. */
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
      // Ends the guard's watcher, which would wait for this process else.
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
    // The whole group: the guard alone would leave the server behind.
    if (child.pid !== undefined) signalProcess(-child.pid, 'SIGKILL');
  };
  if (!(await cameUp(port, exited))) {
    await stop();
    const { says, hint } = whyNotStarted(home);
    throw new UserError(`the embedded Temporal server (${binary}) does not start: ${says}`, {
      hint: hint ?? `see ${files.log}, or set TEMPORAL_ADDRESS to a server of your own`,
    });
  }
  writeServerState(home, { port, uiPort, pid: Number(readFileSync(files.pid, 'utf8')) });
  return { port, uiPort, exited, stop };
}

function spawnGuarded(home: string, args: string[], env: Environment): ChildProcess {
  const { log, folder } = serverFiles(home);
  // One log for each start, so that an old complaint is never taken for a new one; the one before is kept.
  if (existsSync(log)) renameSync(log, `${log}.1`);
  const out = openSync(log, 'w');
  // Its own process group: Ctrl-C is for this process, which stops the server last.
  const child = spawn('/bin/sh', ['-c', GUARD, 'guard', ...args], {
    // A process's environment can be read for as long as it runs.
    env: withoutSecrets(env),
    cwd: folder,
    stdio: ['pipe', out, out],
    detached: true,
  });
  closeSync(out);
  // The pipe breaks when the server has gone first.
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
