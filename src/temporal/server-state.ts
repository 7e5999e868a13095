import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { writeWhole } from '../whole-file';

/** The address of a home's embedded server, as its owner recorded it. */
export interface ServerState {
  port: number;
  uiPort: number;
  /** The pid of the server, not of its guard. */
  pid: number;
}

/** The files of a home's embedded server. */
export function serverFiles(
  home: string,
): Record<'folder' | 'state' | 'database' | 'settings' | 'log' | 'pid' | 'lock', string> {
  const folder = join(home, 'temporal');
  return {
    folder,
    state: join(folder, 'server.json'),
    database: join(folder, 'server.db'),
    settings: join(folder, 'server.yaml'),
    log: join(folder, 'server.log'),
    pid: join(folder, 'server.pid'),
    lock: join(home, 'server.lock'),
  };
}

/** Reads the state that the last owner wrote; undefined if there is none or it is not readable. */
export function readServerState(home: string): ServerState | undefined {
  try {
    const { port, uiPort, pid } = JSON.parse(
      readFileSync(serverFiles(home).state, 'utf8'),
    ) as Partial<ServerState>;
    if (typeof port !== 'number' || typeof uiPort !== 'number' || typeof pid !== 'number') return undefined;
    return { port, uiPort, pid };
  } catch {
    return undefined;
  }
}

/** Writes the state atomically: a reader sees the old or the new one. */
export function writeServerState(home: string, state: ServerState): void {
  writeWhole(serverFiles(home).state, JSON.stringify(state));
}

/** True if something accepts connections on a local port. */
export async function answers(port: number): Promise<boolean> {
  return await new Promise((settle) => {
    const socket = connect({ host: '127.0.0.1', port, timeout: 1_000 });
    const end = (result: boolean) => {
      socket.destroy();
      settle(result);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.once('timeout', () => end(false));
  });
}

/**
 * Finds a free local port: the wanted one if it is free, otherwise any. Leaves one connection of the port in
 * TIME_WAIT. While it lasts (60 s on Linux), the kernel does not hand the port out for `listen(0)`, but a
 * server that binds it explicitly with SO_REUSEADDR, as Go does, still can.
 */
export async function freePort(wanted: number | undefined): Promise<number> {
  // Also closes connections of clients that wait for the old server to come back on this port.
  const listener = createServer((visitor) => visitor.on('error', () => undefined).destroySoon());
  try {
    listener.listen({ host: '127.0.0.1', port: wanted ?? 0, exclusive: true });
    await once(listener, 'listening');
  } catch (error) {
    if (wanted === undefined) throw error;
    return await freePort(undefined);
  }
  const { port } = listener.address() as AddressInfo;
  const visit = connect({ host: '127.0.0.1', port }).resume();
  // If the connection fails, the port is still free, only not reserved.
  await once(visit, 'close').catch(() => undefined);
  listener.close();
  await once(listener, 'close');
  return port;
}

/** True while the process runs and is this home's server: the pid alone may be another process's by now. */
export function isServerProcess(pid: number, home: string): boolean {
  try {
    process.kill(pid, 0);
    return commandLine(pid).includes(join(serverFiles(home).folder, 'server.'));
  } catch {
    return false;
  }
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
  } catch {
    return execFileSync('ps', ['-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  }
}
