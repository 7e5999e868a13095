import { EventEmitter, once } from 'node:events';
import { ApplicationFailure } from '@temporalio/common';
import { historyToJSON } from '@temporalio/common/lib/proto-utils';
import { WorkflowFailedError } from '@temporalio/client';
import { Worker } from '@temporalio/worker';
import type { SourceSliceResult } from '../../src/activities/source-slice';
import type { scheduledSync } from '../../src/workflows';
import { pauseUpdate, progressQuery, resumeUpdate } from '../../src/workflows/messages';
import { fakePasses } from '../support/fake-passes';
import { HISTORY_LIMIT, JOB, useWorkflowRig, until, type WorkflowRig } from '../support/workflow-rig';

const CURRENT: SourceSliceResult = { state: 'done', outcome: { kind: 'current' } };

const rig = useWorkflowRig();

const withJob: WorkflowRig['withJob'] = (...args) => rig().withJob(...args);

test('a job syncs its sources, is ended by the store and returns counts', async () => {
  const fake = fakePasses(['user']);
  const result = await withJob(fake, (job) => job.result());
  expect(result).toEqual({ state: 'completed', pages: 3, files: 30 });
  expect(fake.ended).toEqual(['completed']);
});

test('a source that cannot be mended fails the job with its kind', async () => {
  const fake = fakePasses(['user'], {
    crawlSlice: async () => {
      throw ApplicationFailure.nonRetryable('the API is not enabled', 'api-disabled');
    },
  });
  const error: unknown = await withJob(fake, (job) => job.result()).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(WorkflowFailedError);
  expect((error as WorkflowFailedError).cause).toMatchObject({
    type: 'api-disabled',
    message: 'the API is not enabled',
  });
  expect(fake.ended).toEqual(['failed']);
});

test('one failing source of several does not stop the others', async () => {
  const crawled: string[] = [];
  const fake = fakePasses(['user', 'a', 'b', 'c', 'd', 'e'], {
    crawlSlice: async ({ sourceId }) => {
      if (sourceId === 'b') throw ApplicationFailure.nonRetryable('gone', 'source-gone');
      if (sourceId === 'c') throw ApplicationFailure.nonRetryable('refused', 'bad-request');
      crawled.push(sourceId);
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'partial' });
  expect(crawled.toSorted()).toEqual(['a', 'd', 'e', 'user']);
});

test('a crawl begins with one lane, and has as many as have something to do, up to the plan', async () => {
  const turns: { lane: number; lanes: number }[] = [];
  const fake = fakePasses(['user'], {
    crawlSlice: async ({ lane, lanes }) => {
      turns.push({ lane, lanes });
      if (turns.length === 1) return { state: 'more', pages: 1, files: 1, usefulLanes: 9 };
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  await withJob(fake, (job) => job.result());
  expect(turns[0]).toEqual({ lane: 0, lanes: 1 });
  expect(new Set(turns.slice(1).map(({ lane }) => lane))).toEqual(new Set([0, 1, 2, 3]));
  expect(Math.max(...turns.map(({ lanes }) => lanes))).toBe(4);
});

test('a lane that fails for good ends the others, and the source fails with its kind', async () => {
  const fake = fakePasses(['user'], {
    crawlSlice: async ({ lane }) => {
      if (lane === 2) throw ApplicationFailure.nonRetryable('refused', 'bad-request');
      return { state: 'more', pages: 1, files: 1, usefulLanes: 4, waitMs: 50 };
    },
  });
  await expect(withJob(fake, (job) => job.result())).rejects.toMatchObject({
    cause: { type: 'bad-request' },
  });
  expect(fake.ended).toEqual(['failed']);
});

test('a lost login parks the job until it is resumed', async () => {
  let loggedIn = false;
  const fake = fakePasses(['user'], {
    crawlSlice: async () => {
      if (!loggedIn) throw ApplicationFailure.nonRetryable('revoked', 'needs-login');
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  const result = await withJob(fake, async (job) => {
    await until(() => fake.recorded.length > 0);
    expect(await job.query(progressQuery)).toMatchObject({ state: 'waiting', waitingFor: 'needs-login' });
    loggedIn = true;
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    return await job.result();
  });
  expect(result.state).toBe('completed');
  expect(fake.recorded.map(({ state, reason }) => [state, reason])).toEqual([['waiting', 'needs-login']]);
});

test('a login that is lost while logs are read parks the job, and children that run are stopped', async () => {
  let loggedIn = false;
  let turns = 0;
  const fake = fakePasses(['user'], {
    pollLogs: async () => {
      await until(() => turns > 0);
      if (!loggedIn) throw ApplicationFailure.nonRetryable('revoked', 'needs-login');
      return { more: false, work: false };
    },
    crawlSlice: async () => {
      turns += 1;
      return { state: loggedIn ? 'done' : 'more', pages: 1, files: 1, usefulLanes: 1, waitMs: 20 };
    },
  });
  await withJob(fake, async (job) => {
    await until(() => fake.recorded.length > 0);
    loggedIn = true;
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    expect(await job.result()).toMatchObject({ state: 'completed' });
  });
});

test('a paused job makes no further request until it is resumed', async () => {
  let turns = 0;
  let last = false;
  const fake = fakePasses(['user'], {
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
  await withJob(fake, async (job) => {
    await until(() => turns > 2);
    await job.executeUpdate(pauseUpdate);
    await until(() => fake.recorded.some(({ state }) => state === 'waiting'));
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
  const fake = fakePasses(['user'], {
    crawlSlice: async () => {
      turns += 1;
      return { state: 'more', pages: 1, files: 1, usefulLanes: 1, waitMs: 50 };
    },
  });
  await withJob(fake, async (job) => {
    await until(() => turns > 0);
    await job.cancel();
    await expect(job.result()).rejects.toBeInstanceOf(WorkflowFailedError);
    expect((await job.describe()).status.name).toBe('CANCELLED');
  });
  expect(fake.recorded.map(({ state }) => state)).toEqual(['canceled']);
});

test('a long crawl continues as new instead of growing its history', async () => {
  const MANY = 100;
  let turns = 0;
  const fake = fakePasses(['user'], {
    crawlSlice: async () => {
      turns += 1;
      return { state: turns >= MANY ? 'done' : 'more', pages: 1, files: 1, usefulLanes: 1 };
    },
  });
  const runs = await withJob(fake, async (job) => {
    await job.result();
    const statuses: string[] = [];
    const query = `WorkflowId STARTS_WITH '${job.workflowId}/'`;
    await until(async () => {
      statuses.length = 0;
      for await (const { status, historyLength } of rig().client.workflow.list({ query })) {
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
  const states: SourceSliceResult[] = [{ state: 'crawl' }, { state: 'more' }];
  const fake = fakePasses(['user'], {
    takeWork: async () =>
      fake.sources.get('user')?.end === undefined && fake.sources.get('user')?.takenBy === 0
        ? ((fake.sources.get('user')!.takenBy = 1),
          { kind: 'large', sourceId: 'user', name: undefined, crawls: false })
        : { kind: 'none', retryInMs: undefined, unopened: false },
    crawlSlice: async () => {
      steps.push('crawl');
      return { state: 'done', pages: 1, files: 1, usefulLanes: 1 };
    },
    sourceSlice: async ({ sourceId }) => {
      steps.push('slice');
      const state = states.shift();
      if (state === undefined) fake.settle(sourceId);
      return state ?? CURRENT;
    },
  });
  expect(await withJob(fake, (job) => job.result())).toMatchObject({ state: 'completed' });
  expect(steps).toEqual(['slice', 'crawl', 'slice', 'slice']);
});

test('removals that need consent park the job, and the consent is passed on', async () => {
  const asked: unknown[] = [];
  const fake = fakePasses(['user']);
  const { prepareSync } = fake.all;
  fake.all.prepareSync = async (round) => {
    asked.push([round.resumed, round.acceptRemovals]);
    return await prepareSync(round);
  };
  fake.all.sourceSlice = async ({ sourceId }) => {
    if (asked.length < 3) return { state: 'wait' };
    fake.settle(sourceId);
    return CURRENT;
  };
  const result = await withJob(fake, async (job) => {
    for (const [waits, resumption] of [{}, { acceptRemovals: true }].entries()) {
      await until(() => fake.recorded.length === waits + 1);
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
  const fake = fakePasses(['user']);
  const { prepareSync } = fake.all;
  fake.all.prepareSync = async (round) => {
    paused &&= round.resumed !== true;
    return paused ? { kind: 'paused' } : await prepareSync(round);
  };
  await withJob(fake, async (job) => {
    await until(() => fake.recorded.length > 0);
    expect(await job.query(progressQuery)).toMatchObject({ waitingFor: 'paused' });
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    expect(await job.result()).toMatchObject({ state: 'completed' });
  });
});

test('a resume that arrives before the job has read that it is paused is not lost', async () => {
  const steps: boolean[] = [];
  const [asked, resumed] = [new EventEmitter(), new EventEmitter()];
  const fake = fakePasses(['user']);
  const { prepareSync } = fake.all;
  fake.all.prepareSync = async (step) => {
    steps.push(step.resumed === true);
    if (step.resumed === true) return await prepareSync(step);
    asked.emit('asked');
    await once(resumed, 'resumed');
    return { kind: 'paused' };
  };
  const isAsked = once(asked, 'asked');
  await withJob(fake, async (job) => {
    await isAsked;
    await job.executeUpdate(resumeUpdate, { args: [{}] });
    resumed.emit('resumed');
    expect(await job.result()).toMatchObject({ state: 'completed' });
  });
  expect(steps).toEqual([false, true]);
  expect(fake.recorded).toEqual([]);
});

test('a job that cannot work waits again after each resume', async () => {
  let steps = 0;
  const fake = fakePasses(['user'], {
    prepareSync: async () => {
      steps += 1;
      throw ApplicationFailure.nonRetryable('revoked', 'needs-login');
    },
  });
  await withJob(fake, async (job) => {
    for (const times of [1, 2]) {
      await until(() => fake.recorded.length === times);
      await job.executeUpdate(resumeUpdate, { args: [{}] });
    }
    await until(() => fake.recorded.length === 3);
    await job.cancel();
    await expect(job.result()).rejects.toThrow();
  });
  expect(steps).toBe(3);
});

test('a schedule starts a job unless one is running', async () => {
  const gate = new EventEmitter();
  const held = once(gate, 'open');
  const fake = fakePasses(['user'], {
    sourceSlice: async ({ sourceId }) => {
      await held;
      fake.settle(sourceId);
      return CURRENT;
    },
  });
  await withJob(fake, async (job) => {
    const { workflowId } = job;
    let starts = 0;
    const scheduled = async (): Promise<{ jobId?: string }> =>
      await rig().client.workflow.execute<typeof scheduledSync>('scheduledSync', {
        workflowId: `${workflowId}/scheduled-${String((starts += 1))}`,
        taskQueue: workflowId.replace('sync/', ''),
        args: [{ account: JOB.account, storeId: JOB.storeId, workflowId }],
      });
    expect(await scheduled()).toEqual({});
    gate.emit('open');
    await job.result();
    expect(await scheduled()).toEqual({ jobId: 'job2' });
    expect(await rig().client.workflow.getHandle(workflowId).result()).toMatchObject({ state: 'completed' });
    const { memo } = await rig().client.workflow.getHandle(workflowId).describe();
    expect(memo).toMatchObject({ jobId: 'job2', account: JOB.account, revision: 'r' });
  });
});

test('a recorded history replays, and a workflow that would do something else is found out', async () => {
  const { history, id } = await withJob(fakePasses(['user']), async (job) => {
    await job.result();
    return { history: JSON.parse(historyToJSON(await job.fetchHistory())) as object, id: job.workflowId };
  });
  await Worker.runReplayHistory({ workflowBundle: rig().workflowBundle }, history, id);
  const changed = { code: rig().workflowBundle.code.replaceAll('prepareSync', 'prepareSomethingElse') };
  await expect(Worker.runReplayHistory({ workflowBundle: changed }, history, id)).rejects.toThrow(
    /Nondeterminism|TMPRL1100/,
  );
});
