import { setTimeout as delay } from 'node:timers/promises';
import { loggingFailure } from '../shared/log';
import { EXIT } from '../../errors';
import { newJobId } from '../../job-id';
import { waitsForLogin } from '../../model/failure';
import { checkAccountExists } from '../../process/credentials';
import { ensureStore } from '../../process/stores';
import type { TemporalJob } from '../../temporal/job-records';
import { OutdatedWorker, type JobRef } from '../../temporal/job-starts';
import type { Context } from '../shared/context';
import { checkedSettingsChange } from './drive-scope';
import { workerRuns } from '../jobs/job-list';
import { storedJob, tellJoined } from '../jobs/stored-job';
import { waitsForPerson } from '../jobs/reasons';
import { openSession, type Session } from './session';
import { changeSettings, type SettingsChange, type SettingsFlags } from './settings';
import { reportSync } from './sync-report';
import { watchJob, type WatchEnd } from './watch';
import { watchContents } from './watch-contents';
import { watchWalk } from './watch-walk';

/** What to sync, and the settings to store for later syncs. */
export interface SyncOptions extends SettingsFlags {
  /** Run a full crawl. */
  full?: boolean | undefined;
  /** Remove files that are gone, no matter how many. */
  acceptRemovals?: boolean | undefined;
  /** False: do not wait for the texts of files. */
  content?: boolean | undefined;
  /** False: do not print the address of Temporal's Web UI. */
  webUi?: boolean | undefined;
}

/** How long to wait until a resumed job has stored that it works again. */
const RESUME_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Syncs the account in this process, or joins the running job and watches it. Returns the exit code. */
export async function runSync(context: Context, options: SyncOptions): Promise<number> {
  const fileLog = context.fileLog.with({ account: context.config.account });
  return await loggingFailure({ fileLog, signal: context.signal }, '`sync` failed', () =>
    sync(context, options),
  );
}

async function sync(context: Context, options: SyncOptions): Promise<number> {
  const startedAt = Date.now();
  checkAccountExists(context.config, context.home);
  const change = await checkedSettingsChange(context, options);
  const run: SyncRun = { context, session: await openSession(context, { verify: true }) };
  try {
    const { full = false, acceptRemovals = false, webUi = true } = options;
    const { job, end } = await runJob(run, { full, acceptRemovals, change, webUi });
    const walked = options.walk === true && hasSucceeded(context, job, end);
    if (walked && !(await waitForWalk(run, job.storeId))) return EXIT.interrupted;
    const code = await reportSync(context, run.session, { job, end, startedAt, walked });
    const fetches = options.content !== false && hasSucceeded(context, job, end);
    return fetches && !(await waitForContents(run, job.storeId)) ? EXIT.interrupted : code;
  } finally {
    await run.session.close();
  }
}

/** A sync, and its session, which changes when this process takes over as the worker. */
interface SyncRun {
  readonly context: Context;
  session: Session;
}

/** Takes the worker role over from a process that is gone. */
async function takeOver(run: SyncRun): Promise<void> {
  const { context } = run;
  context.tell(`The process that was syncing account "${context.config.account}" is gone. Taking over.`);
  await run.session.close();
  run.session = await openSession(context, { verify: true });
}

async function runJob(
  run: SyncRun,
  wanted: Wanted,
): Promise<{ job: TemporalJob; end: Exclude<WatchEnd, 'role-free'> }> {
  const { context } = run;
  let begun = await beginJob(context, run.session, wanted);
  for (;;) {
    const end = await watchJob(context, run.session, { ...begun, roleIsFree: () => !workerRuns(context) });
    if (end === 'role-free') await takeOver(run);
    else if (end === 'ended' && begun.request === undefined)
      begun = await beginJob(context, run.session, wanted);
    else return { job: begun.job, end };
  }
}

function hasSucceeded({ home }: Context, job: TemporalJob, end: WatchEnd): boolean {
  if (end === 'answered') return true;
  const state = storedJob(home, job)?.state;
  return end === 'ended' && (state === 'completed' || state === 'partial');
}

/** Waits until all folders shared with the user are listed; false after Ctrl-C. */
async function waitForWalk(run: SyncRun, storeId: string): Promise<boolean> {
  const { context } = run;
  for (;;) {
    const end = await watchWalk(context, run.session, { storeId, roleIsFree: () => !workerRuns(context) });
    if (end === 'complete') return true;
    if (end === 'interrupted') {
      const next = run.session.works ? 'with `gdrive-sync sync --walk`' : 'in its process';
      context.tell(`Stopped. Everything else is synced; the folders shared with you continue ${next}.`);
      return false;
    }
    await takeOver(run);
  }
}

/** Waits until no text of a file is due now; false after Ctrl-C. */
async function waitForContents(run: SyncRun, storeId: string): Promise<boolean> {
  const { context } = run;
  for (;;) {
    const options = { storeId, roleIsFree: () => !workerRuns(context) };
    const end = await watchContents(context, run.session, options);
    if (end === 'complete') return true;
    if (end === 'interrupted') {
      const next = run.session.works ? 'with the next `gdrive-sync sync`' : 'in its process';
      context.tell(`Stopped. The metadata is up to date; the texts of files continue ${next}.`);
      return false;
    }
    await takeOver(run);
  }
}

/** The job that syncs the account. `request`: the caller's number; undefined if the job takes no requests. */
interface BegunJob {
  job: TemporalJob;
  request: number | undefined;
}

interface Wanted {
  full: boolean;
  acceptRemovals: boolean;
  change: SettingsChange | undefined;
  webUi: boolean;
}

async function beginJob(
  context: Context,
  session: Session,
  { full, acceptRemovals, change, webUi }: Wanted,
): Promise<BegunJob> {
  const { config, home, tell } = context;
  const { account } = config;
  const jobId = newJobId();
  const storeId = ensureStore(home, account);
  if (change !== undefined) await changeSettings(session, { account, storeId }, change);
  const request = { account, storeId, jobId, attempt: 1, requestedAt: Date.now(), full, acceptRemovals };
  const begun = await askForCopy(context, session, request);
  const { job } = begun;
  const isOwn = job.jobId === jobId;
  if (webUi && session.uiUrl !== undefined) tell(`Temporal Web UI: ${session.uiUrl}`);
  if (!session.works)
    tell(`Job ${job.jobId} is running in another process; watching it. Ctrl-C leaves it running.`);
  else if (isOwn) tell(`Job ${jobId}: syncing account "${account}".`);
  else tell(`Job ${job.jobId} continues where it stopped.`);
  if (!isOwn) tellJoined(context, job, { full, settings: change !== undefined });
  if (!isOwn) await resumeIfParked(home, session, { job, acceptRemovals });
  return begun;
}

/** Requests a copy that is current from now on. An older worker takes no requests, so a new job follows. */
async function askForCopy({ tell }: Context, { jobs }: Session, request: JobRef): Promise<BegunJob> {
  try {
    return await jobs.join(request);
  } catch (error) {
    if (!(error instanceof OutdatedWorker)) throw error;
    tell(
      'The running worker of this home is an older version. A new job starts when its current job has ended.',
    );
    return { job: await jobs.start(request), request: undefined };
  }
}

/**
 * Resumes a job that waits for credentials, which may be valid by now. The worker itself resumes any waiting
 * job, except one that a person has paused.
 */
async function resumeIfParked(
  home: Context['home'],
  session: Session,
  { job, acceptRemovals }: { job: TemporalJob; acceptRemovals: boolean },
): Promise<void> {
  const isPaused = () => storedJob(home, job)?.reason === 'paused';
  const isParked = () => {
    const stored = storedJob(home, job);
    if (!waitsForPerson(stored) || isPaused()) return false;
    return session.works || acceptRemovals || waitsForLogin(stored?.reason);
  };
  // A job that still runs may need the consent later, so it gets it too.
  if (acceptRemovals ? isPaused() : !isParked()) return;
  await session.jobs.resume(job, { acceptRemovals });
  for (const endsAt = Date.now() + RESUME_LIMIT_MS; isParked() && Date.now() < endsAt;)
    await delay(LOOK_EVERY_MS);
}
