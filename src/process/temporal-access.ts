import type { Client } from '@temporalio/client';
import type { Config } from '../config';
import type { Home } from './home';
import type { Log } from '../log';
import { releaseAll } from '../release-all';
import { findTemporalBinary, namedBinary } from '../temporal/binary';
import {
  connectClient,
  embeddedTarget,
  externalTarget,
  ServerUnusable,
  type TemporalTarget,
} from '../temporal/connect';
import { ensureServer, type DevServer } from '../temporal/dev-server';
import { createJobs, type Jobs } from '../temporal/jobs';
import { createSchedules, type Schedules } from '../temporal/schedules';
import { workflowRevision, taskQueueOf } from './names';

/** A connection to the home's Temporal server. `close` also closes the server if this process started it. */
export interface TemporalAccess {
  client: Client;
  jobs: Jobs;
  schedules: Schedules;
  target: TemporalTarget;
  uiUrl: string | undefined;
  close(): Promise<void>;
}

/** Takes messages of a slow start for the person who waits. */
export type Announce = (line: string) => void;

const MOST_CONNECTS = 3;

/**
 * Connects to the Temporal server that the settings name, otherwise to the embedded one, which it starts if
 * necessary. `supervise`: keep it alive.
 */
export async function openTemporal(
  config: Config,
  home: Home,
  options: TemporalOptions,
): Promise<TemporalAccess> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connectTo(config, home, options);
    } catch (error) {
      // The server's owner may have ended in the meantime: find another server, or start one.
      const mayRetry = error instanceof ServerUnusable && error.isEmbedded && attempt < MOST_CONNECTS;
      if (!mayRetry || options.signal?.aborted === true) throw error;
    }
  }
}

async function connectTo(config: Config, home: Home, options: TemporalOptions): Promise<TemporalAccess> {
  const server = config.externalTemporal ? undefined : await startServer(config, home, options);
  const target =
    server === undefined ? externalTarget(config.env) : embeddedTarget(server.address, server.namespace);
  try {
    const client = await connectClient(target, options.connectMs);
    return {
      client,
      target,
      jobs: createJobs(client, { taskQueue: taskQueueOf(home), revision: workflowRevision() }),
      schedules: createSchedules(client, taskQueueOf(home)),
      uiUrl: server?.uiUrl,
      async close() {
        await releaseAll(
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

/** `supervise`: restart the server when it ends, and log that. */
interface TemporalOptions {
  supervise: boolean;
  announce: Announce;
  log?: Log | undefined;
  signal?: AbortSignal | undefined;
  /** How long to try to connect, in ms; default: 10 s. */
  connectMs?: number;
}

/** True if the embedded server is used and can start without a download. */
export async function startsAtOnce({ externalTemporal, env, cacheDir }: Config): Promise<boolean> {
  if (externalTemporal) return false;
  return namedBinary(env) !== undefined || (await findTemporalBinary({ env, cacheDir })).path !== undefined;
}

async function startServer(
  config: Config,
  home: Home,
  { supervise, announce, log, signal }: TemporalOptions,
): Promise<DevServer> {
  const { env, cacheDir } = config;
  return await ensureServer({
    home: home.path,
    env,
    cacheDir,
    announce,
    log,
    supervise,
    ...(signal && { signal }),
  });
}
