/** The walk of shared folders as a workflow: its lease, its end, and who starts it. */
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities';
import type { WalkEnd, WalkFoldersInput } from '../../src/workflows/walk-folders';
import { fakePasses } from '../support/fake-passes';
import { HISTORY_LIMIT, JOB, useWorkflowRig, until } from '../support/workflow-rig';

const { account, storeId } = JOB;

const rig = useWorkflowRig();

/** Runs one walk with these activities to its end. */
async function runWalk(
  activities: Partial<Activities>,
  input: WalkFoldersInput = { account, storeId },
): Promise<WalkEnd> {
  return await rig().withWorker(fakePasses(['user'], activities), async (taskQueue) => {
    const walk = await rig().client.workflow.start('walkFolders', {
      workflowId: `walk-of/${taskQueue}`,
      taskQueue,
      args: [input],
    });
    return (await walk.result()) as WalkEnd;
  });
}

test('turns follow each other under one lease until nothing is due, over many runs', async () => {
  let claims = 0;
  let turns = 0;
  const leases = new Set<number>();
  const end = await runWalk({
    claimWalk: async () => (claims += 1) + 6,
    walkSlice: async ({ lease }) => {
      leases.add(lease);
      turns += 1;
      return { state: turns > HISTORY_LIMIT ? 'done' : 'more', pages: 1, ...(turns === 1 && { waitMs: 1 }) };
    },
  });
  expect(end.stopped).toBeUndefined();
  expect(turns).toBe(HISTORY_LIMIT + 1);
  expect([...leases]).toEqual([7]);
});

test.each(['needs-login', 'wrong-account', 'wrong-store', 'superseded'] as const)(
  'the walk ends, and says why, with %s',
  async (kind) => {
    const walkSlice = async () => {
      throw ApplicationFailure.nonRetryable('no', kind);
    };
    expect(await runWalk({ walkSlice })).toEqual({ stopped: kind });
  },
);

test("a person's decision on removals comes with the claim", async () => {
  const decisions: unknown[] = [];
  const claimWalk: Activities['claimWalk'] = async ({ acceptRemovals }) => {
    decisions.push(acceptRemovals);
    return 1;
  };
  await runWalk({ claimWalk }, { account, storeId, acceptRemovals: true });
  expect(decisions).toEqual([true]);
});

test('a job that leaves folders unlisted starts the walk, which lives on; one that runs already is left alone', async () => {
  let claims = 0;
  let mayEnd = false;
  const fake = fakePasses(['user'], {
    claimWalk: async () => (claims += 1),
    walkSlice: async () => ({ state: mayEnd ? 'done' : 'more', pages: 0, waitMs: 20 }),
  });
  const { finishPass } = fake.all;
  fake.all.finishPass = async (pass) => {
    const end = await finishPass(pass);
    return end.kind === 'ended' ? { ...end, walkDue: true } : end;
  };
  await rig().withJob(fake, async (job) => {
    expect(await job.result()).toMatchObject({ state: 'completed' });
    const walk = rig().client.workflow.getHandle(`walk/${account}/${storeId.slice(0, 8)}`);
    await until(() => claims === 1);
    const second = await rig().restartJob(job);
    expect(await second.result()).toMatchObject({ state: 'completed' });
    expect(claims).toBe(1);
    mayEnd = true;
    expect(await walk.result()).toEqual({});
  });
});
