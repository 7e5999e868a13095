import { openTemporal, type TemporalAccess } from '../../process/temporal-access';
import { withStores } from '../../process/open-accounts';
import { EXIT, UserError } from '../../errors';
import { storeIdOf } from '../../queries/jobs/store-facts';
import { requireStore } from '../../process/stores';
import type { ScheduleView } from '../../temporal/schedules';
import type { Context } from '../shared/context';
import { storeFor } from '../sync/initiate';
import { notedWorker } from '../../process/worker-record';
import { workerRuns } from '../jobs/job-list';
import { formatTime } from '../render/text';
import { changeSettings, toSettingsChange } from '../sync/settings';
import { typedSpan } from '../render/span';

/** How often to sync, and how old the last full crawl may become. */
export interface ScheduleOptions {
  /** In ms. */
  every: number;
  /** In ms. */
  fullEvery?: number | undefined;
}

/** What can be done with an existing schedule. */
export type ScheduleAct = 'pause' | 'resume' | 'trigger' | 'remove';

interface StoreRef {
  account: string;
  storeId: string;
}

/** Creates the schedule of the account, or changes its interval. */
export async function runScheduleSet(context: Context, options: ScheduleOptions): Promise<number> {
  const { config, home, out, json } = context;
  const { account } = config;
  const everyMs = options.every;
  const change = toSettingsChange({ fullEvery: options.fullEvery });
  await withStores(config, home, async (accounts) => {
    const store = { account, storeId: storeFor(context, accounts) };
    await withTemporal(context, async ({ jobs, schedules }) => {
      if (change !== undefined) await changeSettings({ accounts, jobs }, store, change);
      await schedules.set(store, everyMs);
    });
  });
  if (json) out(JSON.stringify({ account, everyMs }));
  else out(`Account "${account}" is synced every ${typedSpan(everyMs)}`);
  tellWorker(context);
  return EXIT.ok;
}

/** Shows the schedule of the account. */
export async function runScheduleShow(context: Context): Promise<number> {
  const { json, out } = context;
  const store = storeOf(context);
  const view = await withTemporal(context, ({ schedules }) => schedules.show(store));
  if (view === undefined) throw noSchedule(store);
  if (json) out(JSON.stringify({ account: store.account, ...view, worker: workerRuns(context) }));
  else {
    for (const line of describe(store, view)) out(line);
    tellWorker(context);
  }
  return EXIT.ok;
}

const DONE: Readonly<Record<ScheduleAct, string>> = {
  pause: 'paused',
  resume: 'resumed',
  trigger: 'triggered: a sync starts unless one is running',
  remove: 'removed',
};

/** Pauses, resumes, triggers or removes the schedule of the account. */
export async function runScheduleAct(context: Context, act: ScheduleAct): Promise<number> {
  const { json, out } = context;
  const store = storeOf(context);
  const isThere = await withTemporal(context, ({ schedules }) => schedules[act](store));
  if (!isThere) throw noSchedule(store);
  const result = DONE[act];
  if (json) out(JSON.stringify({ account: store.account, result }));
  else out(`the schedule of account "${store.account}" is ${result}`);
  if (act === 'resume' || act === 'trigger') tellWorker(context);
  return EXIT.ok;
}

async function withTemporal<T>(context: Context, act: (temporal: TemporalAccess) => Promise<T>): Promise<T> {
  const { config, home, tell, signal } = context;
  const temporal = await openTemporal(config, home, { supervise: true, announce: tell, signal });
  try {
    return await act(temporal);
  } finally {
    await temporal.close();
  }
}

function storeOf({ config, home }: Context): StoreRef {
  const { account } = config;
  const reader = requireStore(home, account);
  try {
    return { account, storeId: storeIdOf(reader) };
  } finally {
    reader.close();
  }
}

function noSchedule({ account }: StoreRef): UserError {
  return new UserError(`account "${account}" has no schedule`, {
    hint: 'create one with `gdrive-sync schedule set --every 1h`',
  });
}

/** The Temporal server runs the schedule, but a worker must run the syncs that it starts. */
function tellWorker(context: Context): void {
  const worker = notedWorker(context.home);
  if (!workerRuns(context))
    context.tell('No worker is running: the schedule takes effect while `gdrive-sync up` runs.');
  else if (worker.state === 'alive' && worker.record.nextAt !== null)
    context.tell(
      '`gdrive-sync up` already syncs every account; the schedule adds syncs. `gdrive-sync up --every never` leaves them to it.',
    );
}

function describe({ account }: StoreRef, view: ScheduleView): string[] {
  const { everyMs, paused, note, nextAt, lastAt } = view;
  const every = everyMs === undefined ? 'on a custom schedule' : `every ${typedSpan(everyMs)}`;
  const why = note === undefined || note === '' ? '' : ` (${note})`;
  const lines = [
    `Account "${account}" is synced ${every}${paused ? `, but the schedule is paused${why}` : ''}`,
  ];
  if (lastAt !== undefined) lines.push(`last ${formatTime(lastAt)}`);
  if (nextAt !== undefined && !paused) lines.push(`next ${formatTime(nextAt)}`);
  return lines;
}
