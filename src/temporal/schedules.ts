import {
  ScheduleAlreadyRunning,
  ScheduleNotFoundError,
  ScheduleOverlapPolicy,
  type Client,
  type ScheduleOptions,
} from '@temporalio/client';
import type { StoreRef } from '../activities/inputs';
import { withDeadline, workflowIdOf } from './job-records';

/** The state of a schedule. Times and spans in ms. */
export interface ScheduleView {
  scheduleId: string;
  everyMs: number | undefined;
  paused: boolean;
  note: string | undefined;
  nextAt: number | undefined;
  lastAt: number | undefined;
}

/** The schedules of a home on its Temporal server, one per account's store. */
export interface Schedules {
  /** Creates the schedule, or changes its interval; a paused one stays paused. */
  set(store: StoreRef, everyMs: number): Promise<void>;
  /** The schedule; undefined if there is none. */
  show(store: StoreRef): Promise<ScheduleView | undefined>;
  pause(store: StoreRef): Promise<boolean>;
  resume(store: StoreRef): Promise<boolean>;
  /** Starts a sync now, unless one is running. */
  trigger(store: StoreRef): Promise<boolean>;
  remove(store: StoreRef): Promise<boolean>;
}

type SyncSchedule = ScheduleOptions & { action: { type: 'startWorkflow' } };

/** A sync that was due during a shorter outage is caught up. */
const LEAST_CATCHUP_MS = 60_000;

/** Creates the typed facade of Temporal's schedules. Its actions return false if there is no schedule. */
export function createSchedules(client: Client, taskQueue: string): Schedules {
  const handle = (store: StoreRef) => client.schedule.getHandle(workflowIdOf(store));

  function optionsOf({ account, storeId }: StoreRef, everyMs: number): SyncSchedule {
    const workflowId = workflowIdOf({ account, storeId });
    return {
      scheduleId: workflowId,
      spec: { intervals: [{ every: everyMs }] },
      action: {
        type: 'startWorkflow',
        workflowType: 'scheduledSync',
        workflowId: `schedule/${account}/${storeId.slice(0, 8)}`,
        taskQueue,
        args: [{ account, storeId, workflowId }],
        staticSummary: `Starts a sync of account ${account}`,
      },
      // One sync is enough, no matter how many were missed.
      policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: Math.max(everyMs, LEAST_CATCHUP_MS) },
    };
  }

  async function onExisting(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await withDeadline(client, act);
      return true;
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return false;
      throw error;
    }
  }

  return {
    async set(store, everyMs) {
      const { spec, action, policies, ...options } = optionsOf(store, everyMs);
      await withDeadline(client, async () => {
        try {
          await client.schedule.create({ ...options, spec, action, ...(policies && { policies }) });
        } catch (error) {
          if (!(error instanceof ScheduleAlreadyRunning)) throw error;
          await handle(store).update(({ state }) => ({ state, spec, action, ...(policies && { policies }) }));
        }
      });
    },
    async show(store) {
      let view: ScheduleView | undefined;
      await onExisting(async () => {
        const { scheduleId, spec, state, info } = await handle(store).describe();
        view = {
          scheduleId,
          everyMs: spec.intervals?.[0]?.every,
          paused: state.paused,
          note: state.note === '' ? undefined : state.note,
          nextAt: info.nextActionTimes[0]?.getTime(),
          lastAt: info.recentActions.at(-1)?.takenAt.getTime(),
        };
      });
      return view;
    },
    pause: (store) => onExisting(() => handle(store).pause('paused by gdrive-sync')),
    resume: (store) => onExisting(() => handle(store).unpause('resumed by gdrive-sync')),
    trigger: (store) => onExisting(() => handle(store).trigger(ScheduleOverlapPolicy.SKIP)),
    remove: (store) => onExisting(() => handle(store).delete()),
  };
}
