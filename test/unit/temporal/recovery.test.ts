import { ActivityNotFoundError, type Client } from '@temporalio/client';
import type { Jobs } from '../../../src/temporal/jobs';
import { recover } from '../../../src/temporal/recovery';

const OPTIONS = { taskQueue: 'queue', identity: 'me' };
const STARTED = 2;

/** A client that fails every call that has no deadline, and answers for these running workflows. */
function clientOf(
  workflows: Record<string, () => unknown[]>,
  fail: () => Promise<void> = async () => undefined,
) {
  const calls: string[] = [];
  let hasDeadline = false;
  const call = (name: string) => {
    if (!hasDeadline) throw new Error(`${name} has no deadline`);
    calls.push(name);
  };
  const client = {
    options: { namespace: 'n' },
    connection: {
      withDeadline: async (_at: number, send: () => Promise<unknown>) => {
        hasDeadline = true;
        return await send().finally(() => (hasDeadline = false));
      },
    },
    workflow: {
      async *list() {
        call('list');
        for (const workflowId of Object.keys(workflows)) yield await Promise.resolve({ workflowId });
      },
      getHandle: (workflowId: string) => ({
        async describe() {
          call(`describe ${workflowId}`);
          return await Promise.resolve({ raw: { pendingActivities: workflows[workflowId]?.() } });
        },
      }),
    },
    workflowService: {
      async resetStickyTaskQueue() {
        call('reset');
        await Promise.resolve();
      },
    },
    activity: {
      async fail({ activityId }: { activityId: string }) {
        call(`fail ${activityId}`);
        await fail();
      },
    },
  };
  return { client: client as unknown as Client, calls };
}

const none = async () => await Promise.resolve([]);
const NO_JOBS = { running: none, runningBackground: none } as unknown as Jobs;
const activity = (activityId: string, lastWorkerIdentity: string, state = STARTED) => ({
  activityId,
  state,
  lastWorkerIdentity,
});

test('every call has a deadline, and only what a predecessor had started is failed', async () => {
  const { client, calls } = clientOf({
    w: () => [activity('old', 'other'), activity('own', 'me'), activity('scheduled', 'other', 1)],
  });
  await recover(client, NO_JOBS, OPTIONS);
  expect(calls).toEqual(['list', 'describe w', 'reset', 'fail old']);
});

function gone(): never {
  throw Object.assign(new Error('gone'), { code: 5, details: 'not found', metadata: {} });
}

async function late(): Promise<void> {
  await Promise.reject(new ActivityNotFoundError('it has timed out'));
}

test('what has ended meanwhile stops nothing', async () => {
  const { client, calls } = clientOf({ ended: gone, w: () => [activity('old', 'other')] }, late);
  await recover(client, NO_JOBS, OPTIONS);
  expect(calls).toEqual(['list', 'describe ended', 'describe w', 'reset', 'fail old']);
});
