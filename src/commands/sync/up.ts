import { setTimeout as delay } from 'node:timers/promises';
import { checkAccountExists, hasCredentials } from '../../process/credentials';
import { loggingFailure } from '../shared/log';
import { EXIT, UserError } from '../../errors';
import type { Home } from '../../process/home';
import { notedWorker } from '../../process/worker-record';
import { isWorkerRoleHeld } from '../../process/worker-role';
import { ensureStore } from '../../process/stores';
import type { Context } from '../shared/context';
import { checkedSettingsChange } from './drive-scope';
import { keepCurrent } from './keep-current';
import { openSession, type Session } from './session';
import { Story } from './story';
import { changeSettings, type SettingsChange, type SettingsFlags } from './settings';
import { typedSpan } from '../render/span';

/** How `up` keeps the accounts of its home current. */
export interface UpOptions extends SettingsFlags {
  /** In ms; `never`: only run jobs that other processes start. Default: 5 minutes. */
  every?: number | 'never' | undefined;
  /** If another `up` works in the home, wait until it ends. */
  wait?: boolean | undefined;
}

const LOOK_EVERY_MS = 500;
const DEFAULT_EVERY_MS = 300_000;

/**
 * Runs the home's worker and Temporal server until it is stopped: starts jobs at an interval, runs them and
 * the jobs of other processes, and tells what they do. Waits while a `sync` is the worker.
 * @throws UserError if another `up` is the worker, unless `wait` is given.
 */
export async function runUp(context: Context, options: UpOptions = {}): Promise<number> {
  return await loggingFailure(context, '`up` failed', () => up(context, options));
}

async function up(context: Context, options: UpOptions): Promise<number> {
  const { home, signal, tell } = context;
  const { every = DEFAULT_EVERY_MS } = options;
  const everyMs = every === 'never' ? undefined : every;
  const change = await checkedSettingsChange(context, options);
  let told = false;
  while (!signal.aborted) {
    if (options.wait !== true) refuseSecond(home);
    const session = await openSession(context, { verify: false, service: true });
    try {
      if (session.works) {
        tell(`Working in ${home.path}. Press Ctrl-C to stop; jobs continue at the next start.`);
        if (session.uiUrl !== undefined) tell(`Temporal Web UI: ${session.uiUrl}`);
        if (change !== undefined) await changeOwnSettings(context, session, change);
        await work(context, session, everyMs);
        return EXIT.ok;
      }
      if (!told) tell('Another process works in this home. Waiting to take over when it ends.');
      told = true;
    } finally {
      await session.close();
    }
    await delay(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
  }
  return EXIT.ok;
}

function refuseSecond(home: Home): void {
  const worker = notedWorker(home);
  if (worker.state !== 'alive' || !worker.record.service || !isWorkerRoleHeld(home)) return;
  throw new UserError(`process ${String(worker.record.pid)} already keeps ${home.path} current`, {
    hint: 'stop it first, or add --wait to take over when it ends',
  });
}

async function changeOwnSettings(
  { config, home }: Context,
  session: Session,
  change: SettingsChange,
): Promise<void> {
  const { account } = config;
  checkAccountExists(config, home);
  await changeSettings(session, { account, storeId: ensureStore(home, account) }, change);
}

function hasAccount({ config, home }: Context): boolean {
  return home.known().length > 0 || hasCredentials(config, home, config.account);
}

async function work(context: Context, session: Session, everyMs: number | undefined): Promise<void> {
  const { signal, tell } = context;
  const { jobs, accounts, stopped } = session;
  const over = new AbortController();
  const isOver = AbortSignal.any([signal, over.signal]);
  const keeping =
    everyMs === undefined || accounts === undefined
      ? Promise.resolve()
      : keepCurrent(context, { jobs }, { everyMs, signal: isOver });
  // It is awaited only after the worker has stopped; a rejection before that must not end the process.
  keeping.catch(() => undefined);
  if (everyMs !== undefined) tell(`Syncing every account now, then every ${typedSpan(everyMs)}.`);
  if (!hasAccount(context))
    tell('There is no account yet. Log in with `gdrive-sync auth login`: it is synced from then on.');
  const story = new Story(context);
  const telling = story.follow(isOver);
  telling.catch(() => undefined);
  try {
    await stopped;
  } finally {
    over.abort();
    await Promise.all([keeping, telling]);
    tell(story.summary());
  }
}
