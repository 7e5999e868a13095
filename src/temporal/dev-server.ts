import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Environment } from '../config';
import { UserError } from '../errors';
import { inWords } from '../explain';
import type { Log } from '../log';
import { releaseAll } from '../release-all';
import { isRoleHeld, tryRoleLock, type RoleLock } from '../store/sqlite/role-lock';
import { resolveTemporalBinary } from './binary';
import { embeddedTarget, type TemporalTarget } from './connect';
import { EMBEDDED_NAMESPACE, startServerProcess, type ServerProcess } from './server-process';
import { answers, readServerState, serverFiles } from './server-state';

/** A home's embedded Temporal server, owned by this process or by another. */
export interface DevServer {
  readonly address: string;
  readonly namespace: string;
  /** The Web UI's list of workflows; a workflow's page is below it. */
  readonly uiUrl: string;
  /** Stops the server if this process owns it; otherwise only stops watching it. */
  close(): Promise<void>;
}

/** How to start or find a home's server. */
export interface DevServerOptions {
  home: string;
  env: Environment;
  cacheDir: string;
  announce: (line: string) => void;
  log?: Log | undefined;
  signal?: AbortSignal;
  /** Restart the server if it dies, and take it over on the same port if its owner dies. */
  supervise: boolean;
}

const FIND_LIMIT_MS = 60_000;
const LOOK_EVERY_MS = 300;

function addressOf({ port }: { port: number }): string {
  return `127.0.0.1:${String(port)}`;
}

function toDevServer(
  { port, uiPort }: { port: number; uiPort: number },
  close: () => Promise<void>,
): DevServer {
  return {
    address: addressOf({ port }),
    namespace: EMBEDDED_NAMESPACE,
    uiUrl: `http://127.0.0.1:${String(uiPort)}/namespaces/${EMBEDDED_NAMESPACE}/workflows`,
    close,
  };
}

/** True while a process owns the home's server and the server answers. */
export async function serverRuns(home: string): Promise<boolean> {
  return typeof (await lookForServer(home)) === 'object';
}

/** False if no embedded server has run in this home, so that it holds no jobs and schedules. */
export function hasServerData(home: string): boolean {
  return existsSync(serverFiles(home).database);
}

/** Looks up the home's server. `none`: no process owns it. `silent`: its owner has none that answers. */
export async function lookForServer(home: string): Promise<TemporalTarget | 'none' | 'silent'> {
  if (!isRoleHeld(serverFiles(home).lock)) return 'none';
  const place = await findOwned(home);
  return place === undefined ? 'silent' : embeddedTarget(addressOf(place), EMBEDDED_NAMESPACE);
}

/** Finds the home's server, or takes the lock and starts it. Concurrent processes share one server. */
export async function ensureServer(options: DevServerOptions): Promise<DevServer> {
  const binary = await resolveTemporalBinary(options);
  const keeper = createKeeper(options, binary);
  const endsAt = Date.now() + FIND_LIMIT_MS;
  for (;;) {
    options.signal?.throwIfAborted();
    const place = (await keeper.tryOwn()) ?? (await findOwned(options.home));
    if (place !== undefined) {
      if (options.supervise) keeper.supervise();
      return toDevServer(place, () => keeper.close());
    }
    if (Date.now() > endsAt) {
      throw new UserError('another process owns the embedded Temporal server, but it does not answer', {
        hint: `stop the other gdrive-sync processes of ${options.home}, then try again`,
      });
    }
    await delay(100);
  }
}

/**
 * Undefined unless the server answers. Its owner takes the lock before the server starts, so a dying server
 * is not mistaken for a running one.
 */
async function findOwned(home: string): Promise<{ port: number; uiPort: number } | undefined> {
  const state = readServerState(home);
  return state !== undefined && (await answers(state.port)) ? state : undefined;
}

/** Holds the server lock and the server process. */
function createKeeper(options: DevServerOptions, binary: string) {
  const { home, announce } = options;
  const closing = new AbortController();
  let role: RoleLock | undefined;
  let server: ServerProcess | undefined;
  let supervision: Promise<void> = Promise.resolve();

  async function tryOwn(): Promise<ServerProcess | undefined> {
    role ??= tryRoleLock(serverFiles(home).lock);
    if (role === undefined) return undefined;
    try {
      server = await startServerProcess({ ...options, binary });
      return server;
    } catch (error) {
      role.release();
      role = undefined;
      throw error;
    }
  }

  async function watch(): Promise<void> {
    const closed = new Promise<void>((settle) =>
      closing.signal.addEventListener('abort', () => settle(), { once: true }),
    );
    let told: string | undefined;
    while (!closing.signal.aborted) {
      try {
        if (server === undefined) await tryOwn();
      } catch (error) {
        const problem = inWords(error);
        if (problem !== told) announce(`Cannot restart the embedded Temporal server: ${problem}`);
        told = problem;
      }
      if (server === undefined) await Promise.race([delay(LOOK_EVERY_MS, undefined, { ref: false }), closed]);
      else await Promise.race([server.exited, closed]);
      if (!closing.signal.aborted) {
        if (server !== undefined)
          options.log?.write('warn', 'the embedded Temporal server has ended; it is started again');
        server = undefined;
      }
    }
  }

  return {
    tryOwn,
    supervise(): void {
      supervision = watch();
    },
    async close(): Promise<void> {
      closing.abort();
      await releaseAll(
        () => supervision,
        () => server?.stop(),
        () => role?.release(),
      );
    },
  };
}
