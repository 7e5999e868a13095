/** Background work as workflows, the walk of shared folders and the texts of files: its lease, its end, and who starts it. */
import { ApplicationFailure } from '@temporalio/common';
import type { Activities } from '../../src/activities';
import type { Background } from '../../src/model/background';
import type { WalkEnd } from '../../src/workflows/walk-folders';
import { fakePasses } from '../support/fake-passes';
import { HISTORY_LIMIT, JOB, useWorkflowRig, until } from '../support/workflow-rig';

const { account, storeId } = JOB;
const TYPES = { walk: 'walkFolders', content: 'syncContents' } as const;
const KINDS: readonly Background[] = ['walk', 'content'];

const rig = useWorkflowRig();

interface Turn {
  state: 'more' | 'done';
  waitMs?: number;
}

/** The activities of a kind, whose turns have done nothing. */
function activitiesOf(
  kind: Background,
  claim: () => number,
  slice: (lease: number) => Turn,
): Partial<Activities> {
  return kind === 'walk'
    ? { claimWalk: async () => claim(), walkSlice: async ({ lease }) => ({ ...slice(lease), pages: 1 }) }
    : {
        claimContents: async () => claim(),
        contentSlice: async ({ lease }) => ({ ...slice(lease), fetched: 1, due: 1 }),
      };
}

/** Runs background work with these activities to its end. */
async function run(
  kind: Background,
  activities: Partial<Activities>,
  input: object = { account, storeId },
): Promise<WalkEnd> {
  return await rig().withWorker(fakePasses(['user'], activities), async (taskQueue) => {
    const work = await rig().client.workflow.start(TYPES[kind], {
      workflowId: `${kind}-of/${taskQueue}`,
      taskQueue,
      args: [input],
    });
    return (await work.result()) as WalkEnd;
  });
}

test.each(KINDS)(
  '%s: turns follow each other under one lease until nothing is due, over many runs',
  async (kind) => {
    let claims = 0;
    let turns = 0;
    const leases = new Set<number>();
    const slice = (lease: number): Turn => {
      leases.add(lease);
      turns += 1;
      return { state: turns > HISTORY_LIMIT ? 'done' : 'more', ...(turns === 1 && { waitMs: 1 }) };
    };
    const end = await run(
      kind,
      activitiesOf(kind, () => (claims += 1) + 6, slice),
    );
    expect(end.stopped).toBeUndefined();
    expect(turns).toBe(HISTORY_LIMIT + 1);
    expect([...leases]).toEqual([7]);
  },
);

test.each(
  KINDS.flatMap((kind) =>
    (['needs-login', 'wrong-account', 'wrong-store', 'superseded'] as const).map(
      (why) => [kind, why] as const,
    ),
  ),
)('%s: ends, and says why, with %s', async (kind, why) => {
  const slice = (): Turn => {
    throw ApplicationFailure.nonRetryable('no', why);
  };
  expect(
    await run(
      kind,
      activitiesOf(kind, () => 1, slice),
    ),
  ).toEqual({ stopped: why });
});

test("a person's decision on removals comes with the claim", async () => {
  const decisions: unknown[] = [];
  const claimWalk: Activities['claimWalk'] = async ({ acceptRemovals }) => {
    decisions.push(acceptRemovals);
    return 1;
  };
  await run('walk', { claimWalk }, { account, storeId, acceptRemovals: true });
  expect(decisions).toEqual([true]);
});

test.each(KINDS)(
  '%s: a job starts it, and it lives on; one that runs already is left alone',
  async (kind) => {
    let claims = 0;
    let mayEnd = false;
    const slice = (): Turn => ({ state: mayEnd ? 'done' : 'more', waitMs: 20 });
    const fake = fakePasses(
      ['user'],
      activitiesOf(kind, () => (claims += 1), slice),
    );
    const { finishPass } = fake.all;
    fake.all.finishPass = async (pass) => {
      const end = await finishPass(pass);
      return end.kind === 'ended' ? { ...end, background: [kind] } : end;
    };
    await rig().withJob(fake, async (job) => {
      expect(await job.result()).toMatchObject({ state: 'completed' });
      const work = rig().client.workflow.getHandle(`${kind}/${account}/${storeId.slice(0, 8)}`);
      await until(() => claims === 1);
      const second = await rig().restartJob(job);
      expect(await second.result()).toMatchObject({ state: 'completed' });
      expect(claims).toBe(1);
      mayEnd = true;
      expect(await work.result()).toEqual({});
    });
  },
);
