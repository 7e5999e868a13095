import { makeTelemetryFilterString, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { createActivities } from '../activities';
import type { Accounts } from '../activities/accounts';
import type { Log } from '../log';
import { unusableServer, type TemporalTarget } from './connect';
import { workerLogger } from './worker-logger';

/** What a worker needs. */
export interface WorkerOptions {
  target: TemporalTarget;
  taskQueue: string;
  /** Unique per start: a successor recognizes the work of a dead worker by it. */
  identity: string;
  accounts: Accounts;
  log: Log;
  /** The code revision of the workflows in the bundle. */
  revision: string;
  /** Maximum number of listing loops per source. */
  lanes: number;
  bundlePath: string;
  /** Stops the worker: running activities are canceled, and uncommitted work is repeated later. */
  signal: AbortSignal;
}

let installed = false;

/** Installs Temporal's runtime, once per process. It must not handle signals: this program does. */
function installRuntime(log: Log): void {
  if (installed) return;
  installed = true;
  Runtime.install({
    logger: workerLogger('WARN', log),
    telemetryOptions: { logging: CORE_LOGGING },
    shutdownSignals: [],
  });
}

/**
 * By default, the core logs to stdout, which is for results. Its warnings are expected here, for example when
 * a lane ends after its source is done.
 */
const CORE_LOGGING = {
  filter: makeTelemetryFilterString({ core: 'ERROR', other: 'ERROR' }),
  forward: {},
};

/** Starts polling. `stopped` settles when the worker has drained and its connection is closed. */
export async function runWorker(options: WorkerOptions): Promise<{ stopped: Promise<void> }> {
  const { target, signal, log } = options;
  installRuntime(log);
  const connection = await NativeConnection.connect(target.connection).catch((error: unknown) => {
    throw unusableServer(target, error);
  });
  const worker = await createWorker(connection, options).catch(async (error: unknown) => {
    // An open connection would keep the process alive.
    await connection.close();
    throw error instanceof TypeError ? error : unusableServer(target, error);
  });
  const running = worker.run();
  const stop = () => {
    if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return { stopped: closing(running, () => connection.close()) };
}

async function createWorker(connection: NativeConnection, options: WorkerOptions): Promise<Worker> {
  const { target, taskQueue, identity, accounts, revision, lanes, bundlePath, log } = options;
  return await Worker.create({
    connection,
    namespace: target.namespace,
    taskQueue,
    identity,
    workflowBundle: { codePath: bundlePath },
    activities: createActivities({ accounts, revision, lanes, log, showsNames: target.isEmbedded === true }),
    maxConcurrentActivityTaskExecutions: 160,
    maxHeartbeatThrottleInterval: '10 seconds',
    stickyQueueScheduleToStartTimeout: '2 seconds',
    shutdownForceTime: '10 seconds',
  });
}

async function closing(running: Promise<void>, close: () => Promise<void>): Promise<void> {
  try {
    await running;
  } finally {
    await close();
  }
}
