/** Workflows on a real Temporal server, with activities that a test gives. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Client, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import { resolveTemporalBinary } from '../../src/temporal/binary';
import type { syncAccount } from '../../src/workflows';
import type { FakePasses } from './fake-passes';

/** The job that tests run. */
export const JOB = {
  account: 'test',
  storeId: '0123456789abcdef',
  jobId: 'job1',
  attempt: 1,
  requestedAt: 1,
};

/** Small, so that a few turns are enough to continue as new. */
export const HISTORY_LIMIT = 200;

/** A server, and the workflows' code. */
export interface WorkflowRig {
  client: Client;
  workflowBundle: WorkflowBundle;
  /** Starts a job with its worker, and gives it to the test. */
  withJob<T>(
    fake: Pick<FakePasses, 'all'>,
    use: (job: WorkflowHandle<typeof syncAccount>) => Promise<T>,
    input?: Parameters<typeof syncAccount>[0],
  ): Promise<T>;
  /** Starts the job once more after its end, with the worker that it had. */
  restartJob(job: WorkflowHandle<typeof syncAccount>): Promise<WorkflowHandle<typeof syncAccount>>;
  /** Runs a worker alone, and gives its task queue to the test. */
  withWorker<T>(fake: Pick<FakePasses, 'all'>, use: (taskQueue: string) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** Starts a server of its own. */
async function startWorkflowRig(): Promise<WorkflowRig> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
  const env = await startServer();
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '..', '..', 'src', 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
  let queue = 0;
  const withWorker: WorkflowRig['withWorker'] = async ({ all }, use) => {
    const taskQueue = `test-${String((queue += 1))}`;
    const worker = await Worker.create({
      connection: env.nativeConnection,
      taskQueue,
      workflowBundle,
      activities: all,
    });
    return await worker.runUntil(async () => await use(taskQueue));
  };
  const startJob = async (taskQueue: string, input: Parameters<typeof syncAccount>[0]) =>
    await env.client.workflow.start<typeof syncAccount>('syncAccount', {
      workflowId: `sync/${taskQueue}`,
      taskQueue,
      args: [input],
    });
  return {
    client: env.client,
    workflowBundle,
    withWorker,
    withJob: async (fake, use, input = JOB) =>
      await withWorker(fake, async (taskQueue) => await use(await startJob(taskQueue, input))),
    restartJob: async ({ workflowId }) => await startJob(workflowId.replace('sync/', ''), JOB),
    close: () => env.teardown(),
  };
}

/** Gives the tests of a file one rig, started before the first and closed after the last. */
export function useWorkflowRig(): () => WorkflowRig {
  let rig: WorkflowRig;
  beforeAll(async () => {
    rig = await startWorkflowRig();
  }, 900_000);
  afterAll(async () => {
    await rig.close();
  });
  return () => rig;
}

async function startServer(): Promise<TestWorkflowEnvironment> {
  const path = await resolveTemporalBinary({
    env: process.env,
    cacheDir: join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gdrive-sync'),
    announce: () => undefined,
  });
  const settings = [
    'history.transferProcessorMaxPollRPS=1000',
    'system.enableActivityEagerExecution=true',
    `limit.historyCount.suggestContinueAsNew=${String(HISTORY_LIMIT)}`,
    'history.workflowIdReuseMinimalInterval="1ms"',
  ];
  return await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      log: { format: 'pretty', level: 'error' },
      extraArgs: settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
}

/** Waits for a condition; throws if it does not come true. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const endsAt = Date.now() + 20_000; Date.now() < endsAt;) {
    if (await condition()) return;
    await new Promise((settle) => setTimeout(settle, 20));
  }
  throw new Error('the condition did not come true');
}
