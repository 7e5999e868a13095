/** How a job goes over its sources: who works on them, in how many child workflows, and when the job ends. */
import { EventEmitter, once } from 'node:events';
import type { SourceSliceResult } from '../../src/activities/source-slice';
import { joinUpdate } from '../../src/workflows/messages';
import { fakePasses } from '../support/fake-passes';
import { HISTORY_LIMIT, JOB, useWorkflowRig, until, type WorkflowRig } from '../support/workflow-rig';

const CURRENT: SourceSliceResult = { state: 'done', outcome: { kind: 'current' } };

const rig = useWorkflowRig();

const withJob: WorkflowRig['withJob'] = (...args) => rig().withJob(...args);

test('small sources share child workflows, and the change logs of all are read by one activity', async () => {
  const batches: number[] = [];
  let polls = 0;
  const fake = fakePasses(['user'], {
    pollLogs: async () => {
      polls += 1;
      return { more: false, work: true };
    },
    batchSlice: async ({ sourceIds }) => {
      batches.push(sourceIds.length);
      const [first, ...left] = sourceIds;
      // Not all of them are through in one turn.
      for (const id of left.length > 20 ? [first ?? ''] : sourceIds) fake.settle(id);
      return { left: left.length > 20 ? left : [], waits: false };
    },
  });
  for (let i = 0; i < 60; i++) fake.add(`drive-${String(i)}`, true);
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(batches.filter((size) => size === 25)).toHaveLength(2);
  expect(polls).toBeLessThan(4);
});

test('a job with hundreds of sources continues as new while one of them lists; none is listed twice and none starves', async () => {
  const SOURCES = 700;
  const listed = new Map<string, number>();
  const ends = (): number => [...fake.sources.values()].filter(({ end }) => end !== undefined).length;
  const fake = fakePasses(['user'], {
    // The user's own source lists for as long as any other one is left.
    crawlSlice: async () => {
      const waits = ends() < SOURCES;
      return {
        state: waits ? 'more' : 'done',
        pages: 1,
        files: 1,
        usefulLanes: 1,
        ...(waits && { waitMs: 100 }),
      };
    },
    batchSlice: async ({ sourceIds }) => {
      for (const id of sourceIds) {
        listed.set(id, (listed.get(id) ?? 0) + 1);
        fake.settle(id);
      }
      return { left: [], waits: false };
    },
  });
  for (let i = 0; i < SOURCES; i++) fake.add(`drive-${String(i)}`, true);
  const runs = await withJob(fake, async (job) => {
    expect(await job.result()).toMatchObject({ state: 'completed' });
    let continued = 0;
    for await (const { status, historyLength } of rig().client.workflow.list({
      query: `WorkflowId = '${job.workflowId}'`,
    })) {
      if (status.name === 'CONTINUED_AS_NEW') continued += 1;
      expect(historyLength).toBeLessThan(6 * HISTORY_LIMIT);
    }
    return continued;
  });
  expect(runs).toBeGreaterThan(0);
  expect(listed.size).toBe(SOURCES);
  expect([...listed.values()].filter((times) => times > 1)).toEqual([]);
}, 240_000);

test('a drive that comes up during the job is worked on in the same job', async () => {
  const worked: string[] = [];
  const fake = fakePasses(['user'], {
    sourceSlice: async ({ sourceId }) => {
      worked.push(sourceId);
      if (sourceId === 'user') fake.add('new');
      fake.settle(sourceId);
      return CURRENT;
    },
  });
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(worked).toEqual(['user', 'new']);
});

test('start tokens are committed in batches, and crawls begin with the first one', async () => {
  const order: string[] = [];
  const fake = fakePasses([], {
    openCrawls: async ({ turn }) => {
      if (turn === 1) await until(() => order.includes('crawl'));
      order.push(`tokens ${String(turn)}`);
      fake.add(`drive-${String(turn)}`, true);
      return { opened: 1, more: turn < 2 };
    },
    batchSlice: async ({ sourceIds }) => {
      order.push('crawl');
      for (const id of sourceIds) fake.settle(id);
      return { left: [], waits: false };
    },
  });
  const { prepareSync } = fake.all;
  fake.all.prepareSync = async (round) => {
    const plan = await prepareSync(round);
    return plan.kind === 'work' ? { ...plan, unopened: true } : plan;
  };
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(order.slice(0, 3)).toEqual(['tokens 0', 'crawl', 'tokens 1']);
  expect(fake.sources.size).toBe(3);
});

test('a source that fails is tried again when it is due, and the job goes on', async () => {
  let tries = 0;
  const fake = fakePasses(['user']);
  const { takeWork } = fake.all;
  fake.all.takeWork = async (pass) => {
    const work = await takeWork(pass);
    const fails = work.kind === 'none' && fake.sources.get('user')?.end === undefined;
    if (fails) fake.sources.get('user')!.takenBy = 0;
    return fails ? { ...work, retryInMs: 10 } : work;
  };
  fake.all.sourceSlice = async ({ sourceId }) => {
    tries += 1;
    if (tries > 2) fake.settle(sourceId);
    return CURRENT;
  };
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(tries).toBe(3);
});

test('a caller that joins while the job ends gets another pass', async () => {
  const fake = fakePasses(['user']);
  const { finishPass } = fake.all;
  let passes = 0;
  const held = new EventEmitter();
  fake.all.finishPass = async (pass) => {
    passes += 1;
    const end = await finishPass(pass);
    // The store has ended the job; the workflow has not heard of it yet.
    if (passes === 1) await once(held, 'joined');
    return end;
  };
  await withJob(fake, async (job) => {
    await until(() => passes === 1);
    const request = await job.executeUpdate(joinUpdate);
    held.emit('joined');
    expect(await job.result()).toMatchObject({ state: 'completed' });
    expect(request).toBe(2);
  });
  expect(passes).toBe(2);
});

test('a job that another worker takes over says so once', async () => {
  const starts: unknown[] = [];
  const fake = fakePasses(['user']);
  const { prepareSync, finishPass } = fake.all;
  fake.all.prepareSync = async (round) => {
    starts.push(round.takenOver);
    return await prepareSync(round);
  };
  fake.all.finishPass = async (pass) =>
    starts.length === 1 ? { kind: 'again', open: false } : await finishPass(pass);
  await withJob(fake, async (job) => job.result(), { ...JOB, takenOver: true });
  expect(starts).toEqual([true, false]);
});

test('a job whose sources stay open without a reason fails instead of going on for ever', async () => {
  const fake = fakePasses(['user'], { sourceSlice: async () => CURRENT });
  await expect(withJob(fake, (job) => job.result())).rejects.toMatchObject({ cause: { type: 'internal' } });
  expect(fake.recorded.map(({ state }) => state)).toEqual(['failed']);
});
