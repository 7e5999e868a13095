import { EventEmitter, once } from 'node:events';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { WorkflowFailedError, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker';
import type { Activities } from '../../src/activities';
import type { SyncPlan } from '../../src/activities/prepare-sync';
import type { SourceSliceResult } from '../../src/activities/source-slice';
import type { SourceOutcome } from '../../src/model/job';
import type { JobResult } from '../../src/store/jobs';
import { resolveTemporalBinary } from '../../src/temporal/binary';
import type { scheduledSync, syncAccount } from '../../src/workflows';
import { pauseUpdate, progressQuery, resumeUpdate } from '../../src/workflows/messages';

const JOB = { account: 'test', storeId: '0123456789abcdef', jobId: 'job1', attempt: 1, requestedAt: 1 };
const PROGRESS = {
  jobId: 'job1',
  state: 'running',
  pages: 3,
  files: 30,
  changes: 0,
  startedAt: 1,
  units: 0,
  indexing: undefined,
  sources: 1,
  sourcesOpen: 0,
  open: [],
};
const SETTINGS = { drives: 'all', walk: true, fullEveryMs: 1, historyMs: 1 } as const;
const CURRENT: SourceSliceResult = { state: 'done', outcome: { kind: 'current' }, found: false };

/** A start whose sources all have a crawl open. */
function plan(sources: string[]): SyncPlan {
  return {
    kind: 'work',
    epoch: 1,
    lanes: 4,
    sources: sources.map((sourceId) => ({ sourceId, crawls: true })),
    failed: [],
  };
}

/** Small, so that a few turns are enough to continue as new. */
const HISTORY_LIMIT = 60;

let env: TestWorkflowEnvironment;
let workflowBundle: WorkflowBundle;
let queue = 0;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] });
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
  env = await TestWorkflowEnvironment.createLocal({
    server: {
      executable: { type: 'existing-path', path },
      log: { format: 'pretty', level: 'error' },
      extraArgs: settings.flatMap((setting) => ['--dynamic-config-value', setting]),
    },
  });
  workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(__dirname, '..', '..', 'src', 'workflows', 'index.ts'),
    logger: new DefaultLogger('ERROR'),
  });
}, 900_000);

afterAll(async () => {
  await env.teardown();
});

/** Activities that succeed at once, and the states that they were told to record. */
function activities(overrides: Partial<Activities> = {}): { recorded: JobResult[]; all: Activities } {
  const recorded: JobResult[] = [];
  const all: Activities = {
    prepareSync: async () => plan(['user']),
    planFound: async () => ({ sources: [], failed: [] }),
    crawlSlice: async () => ({ state: 'done', pages: 3, files: 30, usefulLanes: 1 }),
    sourceSlice: async () => CURRENT,
    readProgress: async () => PROGRESS,
    buildIndexes: async () => ({ state: 'ready', indexed: 1 }),
    setJobState: async (result) => void recorded.push(result),
    removeJob: async () => undefined,
    changeSettings: async ({ change }) => ({ ...SETTINGS, ...change }),
    newJob: async (store) => ({ ...store, jobId: 'job2', attempt: 1, requestedAt: 2, revision: 'r' }),
    ...overrides,
  };
  return { recorded, all };
}

async function withJob<T>(
  all: Activities,
  use: (job: WorkflowHandle<typeof syncAccount>) => Promise<T>,
): Promise<T> {
  const taskQueue = `test-${String((queue += 1))}`;
  const worker = await Worker.create({
    connection: env.nativeConnection,
    taskQueue,
    workflowBundle,
    activities: all,
  });
  return await worker.runUntil(async () => {
    const job = await env.client.workflow.start<typeof syncAccount>('syncAccount', {
      workflowId: `sync/${taskQueue}`,
      taskQueue,
      args: [JOB],
    });
    return await use(job);
  });
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (const endsAt = Date.now() + 20_000; Date.now() < endsAt;) {
    if (await condition()) return;
    await new Promise((settle) => setTimeout(settle, 20));
  }
  throw new Error('the condition did not come true');
}

test('a job syncs its sources, records its end and returns counts', async () => {
  const { recorded, all } = activities();
  const result = await withJob(all, (job) => job.result());
  expect(result).toEqual({ state: 'completed', pages: 3, files: 30 });
  expect(recorded).toMatchObject([
    { state: 'completed', outcomes: [{ sourceId: 'user', outcome: { kind: 'current' } }] },
  ]);
});

test('a source that cannot be mended fails the job with its kind, and the store knows', async () => {
  const { recorded, all } = activities({
    crawlSlice: async () => {
      throw ApplicationFailure.nonRetryable('the API is not enabled', 'api-disabled');
    },
  });
  const error: unknown = await withJob(all, (job) => job.result()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect((error as WorkflowFailedError).cause).toMatchObject({ type: 'api-disabled' });
  expect(recorded).toMatchObject([
    { state: 'failed', reason: 'api-disabled', message: 'the API is not enabled' },
  ]);
});

test('one failing source of several does not stop the others', async () => {
  const crawled: string[] = [];
  const { recorded, all } = activities({
    prepareSync: async () => plan(['user', 'a', 'b', 'c', 'd', 'e']),
    crawlSlice: async ({ sourceId }) => {
      if (sourceId === 'b') throw ApplicationFailure.nonRetryable('gone', 'source-gone');
      if (sourceId === 'c') throw ApplicationFailure.nonRetryable('refused', 'bad-request');
      crawled.push(sourceId);
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  expect(await withJob(all, (job) => job.result())).toMatchObject({ state: 'partial' });
  expect(crawled.toSorted()).toEqual(['a', 'd', 'e', 'user']);
  expect(recorded.at(-1)?.outcomes).toHaveLength(6);
});

test('a crawl begins with one lane, and has as many as have something to do, up to the plan', async () => {
  const turns: { lane: number; lanes: number }[] = [];
  const { all } = activities({
    crawlSlice: async ({ lane, lanes }) => {
      turns.push({ lane, lanes });
      if (turns.length === 1) return { state: 'more', pages: 1, files: 1, usefulLanes: 9 };
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  await withJob(all, (job) => job.result());
  expect(turns[0]).toEqual({ lane: 0, lanes: 1 });
  expect(new Set(turns.slice(1).map(({ lane }) => lane))).toEqual(new Set([0, 1, 2, 3]));
  expect(Math.max(...turns.map(({ lanes }) => lanes))).toBe(4);
});

test('a lane that fails for good ends the others, and the source fails with its kind', async () => {
  const { recorded, all } = activities({
    crawlSlice: async ({ lane }) => {
      if (lane === 2) throw ApplicationFailure.nonRetryable('refused', 'bad-request');
      return { state: 'more', pages: 1, files: 1, usefulLanes: 4, waitMs: 50 };
    },
  });
  await expect(withJob(all, (job) => job.result())).rejects.toMatchObject({ cause: { type: 'bad-request' } });
  expect(recorded).toMatchObject([{ state: 'failed', reason: 'bad-request' }]);
});

test('a lost login parks the job until it is resumed', async () => {
  let loggedIn = false;
  const { recorded, all } = activities({
    crawlSlice: async () => {
      if (!loggedIn) throw ApplicationFailure.nonRetryable('revoked', 'needs-login');
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  const result = await withJob(all, async (job) => {
    await until(() => recorded.length > 0);
    expect(await job.query(progressQuery)).toMatchObject({ state: 'waiting', waitingFor: 'needs-login' });
    loggedIn = true;
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    return await job.result();
  });
  expect(result.state).toBe('completed');
  expect(recorded.map(({ state, reason }) => [state, reason])).toEqual([
    ['waiting', 'needs-login'],
    ['completed', undefined],
  ]);
});

test('a paused job makes no further request until it is resumed', async () => {
  let turns = 0;
  let last = false;
  const { recorded, all } = activities({
    crawlSlice: async () => {
      turns += 1;
      return {
        state: last ? 'done' : 'more',
        pages: 1,
        files: 1,
        usefulLanes: 1,
        ...(!last && { waitMs: 50 }),
      };
    },
  });
  await withJob(all, async (job) => {
    await until(() => turns > 2);
    await job.executeUpdate(pauseUpdate);
    await until(() => recorded.some(({ state }) => state === 'waiting'));
    const turnsAtPause = turns;
    // A look at the progress is answered by the workflow itself, so it proves that the workflow has moved on meanwhile.
    for (let look = 0; look < 5; look++)
      expect(await job.query(progressQuery)).toMatchObject({ waitingFor: 'paused' });
    expect(turns).toBe(turnsAtPause);
    last = true;
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    expect(await job.result()).toMatchObject({ state: 'completed' });
  });
});

test('a canceled job records that it was canceled', async () => {
  let turns = 0;
  const { recorded, all } = activities({
    crawlSlice: async () => {
      turns += 1;
      return { state: 'more', pages: 1, files: 1, usefulLanes: 1, waitMs: 50 };
    },
  });
  await withJob(all, async (job) => {
    await until(() => turns > 0);
    await job.cancel();
    await expect(job.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await job.describe()).status.name).toBe('CANCELLED');
  });
  expect(recorded.map(({ state }) => state)).toEqual(['canceled']);
});

test('a long crawl continues as new instead of growing its history', async () => {
  const MANY = 40;
  let turns = 0;
  const { all } = activities({
    crawlSlice: async () => {
      turns += 1;
      return { state: turns >= MANY ? 'done' : 'more', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  const runs = await withJob(all, async (job) => {
    await job.result();
    const statuses: string[] = [];
    const query = `WorkflowId STARTS_WITH '${job.workflowId}/'`;
    await until(async () => {
      statuses.length = 0;
      for await (const { status, historyLength } of env.client.workflow.list({ query })) {
        statuses.push(status.name);
        expect(historyLength).toBeLessThan(2 * HISTORY_LIMIT);
      }
      return statuses.filter((name) => name === 'COMPLETED').length === 1;
    });
    return statuses;
  });
  expect(turns).toBe(MANY);
  expect(runs.filter((name) => name === 'CONTINUED_AS_NEW').length).toBeGreaterThan(1);
});

test('a source without a crawl asks for none, and one whose log is dead goes back to crawling', async () => {
  const steps: string[] = [];
  const states: SourceSliceResult[] = [{ state: 'crawl' }, { state: 'more' }, CURRENT];
  const { all } = activities({
    prepareSync: async () => ({
      kind: 'work',
      epoch: 1,
      lanes: 4,
      sources: [{ sourceId: 'user', crawls: false }],
      failed: [],
    }),
    crawlSlice: async () => {
      steps.push('crawl');
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
    sourceSlice: async () => {
      steps.push('slice');
      return states.shift() ?? CURRENT;
    },
  });
  expect(await withJob(all, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(steps).toEqual(['slice', 'crawl', 'slice', 'slice']);
});

test('a drive that comes up during the job is worked on in the same job', async () => {
  const worked: string[] = [];
  const { recorded, all } = activities({
    planFound: async () => ({ sources: [{ sourceId: 'new', crawls: true }], failed: [] }),
    sourceSlice: async ({ sourceId }) => {
      worked.push(sourceId);
      return { state: 'done', outcome: { kind: 'current' }, found: sourceId === 'user' };
    },
  });
  expect(await withJob(all, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(worked).toEqual(['user', 'new']);
  expect(recorded.at(-1)?.outcomes?.map(({ sourceId }) => sourceId)).toEqual(['user', 'new']);
});

test('a drive whose token cannot be minted fails alone, and one that is gone is no fault', async () => {
  const failed: SourceOutcome = { kind: 'failed', failure: 'transient', message: 'broken' };
  const { recorded, all } = activities({
    prepareSync: async () => ({
      kind: 'work',
      epoch: 1,
      lanes: 4,
      sources: ['user', 'gone'].map((sourceId) => ({ sourceId, crawls: false })),
      failed: [{ sourceId: 'broken', outcome: failed }],
    }),
    sourceSlice: async ({ sourceId }) => ({
      state: 'done',
      outcome: { kind: sourceId === 'gone' ? 'gone' : 'current' },
      found: false,
    }),
  });
  expect(await withJob(all, (job) => job.result())).toMatchObject({ state: 'partial' });
  expect(recorded.at(-1)?.outcomes).toHaveLength(3);
});

test('removals that need consent park the job, and the consent is passed on', async () => {
  const asked: unknown[] = [];
  const { recorded, all } = activities({
    prepareSync: async ({ resumed, acceptRemovals }) => {
      asked.push([resumed, acceptRemovals]);
      return plan(['user']);
    },
    sourceSlice: async () => (asked.length < 3 ? { state: 'wait' } : CURRENT),
  });
  const result = await withJob(all, async (job) => {
    for (const [waits, resumption] of [{}, { acceptRemovals: true }].entries()) {
      await until(() => recorded.length === waits + 1);
      expect(await job.query(progressQuery)).toMatchObject({ waitingFor: 'needs-confirmation' });
      await job.executeUpdate(resumeUpdate, { args: [resumption] });
    }
    return await job.result();
  });
  expect(result.state).toBe('completed');
  expect(asked).toEqual([
    [false, undefined],
    [true, undefined],
    [true, true],
  ]);
});

test('a job that the store knows as paused waits, whatever has restarted it', async () => {
  let paused = true;
  const { recorded, all } = activities({
    prepareSync: async ({ resumed }) => {
      paused &&= resumed !== true;
      return paused ? { kind: 'paused' } : plan(['user']);
    },
  });
  await withJob(all, async (job) => {
    await until(() => recorded.length > 0);
    expect(await job.query(progressQuery)).toMatchObject({ waitingFor: 'paused' });
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    expect(await job.result()).toMatchObject({ state: 'completed' });
  });
});

test('a schedule starts a job unless one is running', async () => {
  const gate = new EventEmitter();
  const held = once(gate, 'open');
  const { all } = activities({
    sourceSlice: async () => {
      await held;
      return CURRENT;
    },
  });
  await withJob(all, async (job) => {
    const { workflowId } = job;
    const scheduled = async (): Promise<{ jobId?: string }> =>
      await env.client.workflow.execute<typeof scheduledSync>('scheduledSync', {
        workflowId: `${workflowId}/scheduled-${String((queue += 1))}`,
        taskQueue: workflowId.replace('sync/', ''),
        args: [{ account: JOB.account, storeId: JOB.storeId, workflowId }],
      });
    expect(await scheduled()).toEqual({});
    gate.emit('open');
    await job.result();
    expect(await scheduled()).toEqual({ jobId: 'job2' });
    expect(await env.client.workflow.getHandle(workflowId).result()).toMatchObject({ state: 'completed' });
    const { memo } = await env.client.workflow.getHandle(workflowId).describe();
    expect(memo).toMatchObject({ jobId: 'job2', account: JOB.account, revision: 'r' });
  });
});

test('a recorded history replays, and a workflow that would do something else is found out', async () => {
  const { all } = activities();
  const { history, id } = await withJob(all, async (job) => {
    await job.result();
    return { history: JSON.parse(historyToJSON(await job.fetchHistory())) as object, id: job.workflowId };
  });
  await Worker.runReplayHistory({ workflowBundle }, history, id);
  const changed = { code: workflowBundle.code.replaceAll('prepareSync', 'prepareSomethingElse') };
  await expect(Worker.runReplayHistory({ workflowBundle: changed }, history, id)).rejects.toThrow(
    /Nondeterminism|TMPRL1100/,
  );
});
