import type { Client } from '@temporalio/client';
import type { Config } from '../config';
import type { Home } from './home';
import { letGo } from '../let-go';
import type { Log } from '../log';
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

/** A connection to the home's Temporal server, and what is to be closed with it. */
export interface TemporalAccess {
  client: Client;
  jobs: Jobs;
  schedules: Schedules;
  target: TemporalTarget;
  uiUrl: string | undefined;
  close(): Promise<void>;
}

/** What a long-running start tells the person who waits for it. */
export type Announce = (line: string) => void;

const MOST_CONNECTS = 3;

/** Reaches the Temporal server that the settings name, else the home's own, starting it if need be. `supervise`: keep it alive. */
export async function openTemporal(
  config: Config,
  home: Home,
  options: TemporalOptions,
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

async function connectTo(config: Config, home: Home, options: TemporalOptions): Promise<TemporalAccess> {
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

/** `supervise`: restart the server when it ends, and log that. */
interface TemporalOptions {
  supervise: boolean;
  announce: Announce;
  log?: Log | undefined;
  signal?: AbortSignal | undefined;
}

/** True where the home's own server is used and can be started at once, with nothing to be fetched. */
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
