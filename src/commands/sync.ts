import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureStore, readStore } from '../app';
import { EXIT, UserError } from '../errors';
import { FAILURES, isFailureKind } from '../model/failure';
import { ENDED, type JobState } from '../model/job';
import { storeFacts } from '../queries/store-facts';
import { storedJobs, type StoredJob } from '../queries/stored-jobs';
import type { TemporalJob } from '../temporal/job-records';
import type { Context } from './context';
import { joinJob, workerRuns } from './job-list';
import { formatCount, formatSpan } from './render/text';
import { openSession, type Session } from './session';
import { waitsForPerson, watchJob, type WatchEnd } from './watch';

const SEARCHED_JOBS = 25;
/** How long a resumed job may take to say in the store that it works again. */
const RESUME_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** A job's id: random, short enough to type. */
export function newJobId(): string {
  return randomBytes(4).toString('hex');
}

/** Syncs the account to the end in this process, or joins the job that runs and watches it. Returns the exit code. */
export async function runSync(context: Context): Promise<number> {
  const startedAt = Date.now();
  const { account } = context.config;
  let session = await openSession(context, { verify: true });
  try {
    const job = await beginJob(context, session);
    for (;;) {
      const end = await watchJob(context, session, { job, roleIsFree: () => !workerRuns(context) });
      if (end !== 'role-free') return await report(context, session, { job, end, startedAt });
      context.tell(`The process that worked on account "${account}" is gone; taking over.`);
      await session.close();
      session = await openSession(context, { verify: true });
    }
  } finally {
    await session.close();
  }
}

async function beginJob({ config, home, tell }: Context, session: Session): Promise<TemporalJob> {
  const { account } = config;
  const jobId = newJobId();
  const storeId = ensureStore(home, account);
  const job = await session.jobs.start({ account, storeId, jobId, attempt: 1, requestedAt: Date.now() });
  if (session.uiUrl !== undefined) tell(`Temporal Web UI: ${session.uiUrl}`);
  if (!session.works)
    tell(`Job ${job.jobId} is running in another process; watching it. Ctrl-C leaves it running.`);
  else if (job.jobId === jobId) tell(`Job ${jobId}: syncing account "${account}".`);
  else tell(`Job ${job.jobId} goes on where it stopped.`);
  // It may wait for credentials, and the ones of this process were just found to be good.
  if (job.jobId !== jobId && session.works) await resumeIfParked(home, session, job);
  return job;
}

async function resumeIfParked(home: Context['home'], session: Session, job: TemporalJob): Promise<void> {
  const isParked = () => waitsForPerson(storedJob(home, job));
  if (!isParked()) return;
  await session.jobs.resume(job);
  for (const endsAt = Date.now() + RESUME_LIMIT_MS; isParked() && Date.now() < endsAt;)
    await delay(LOOK_EVERY_MS);
}

function storedJob(home: Context['home'], { account, jobId }: TemporalJob): StoredJob | undefined {
  const jobs = readStore(home, account, (reader) => storedJobs(reader, SEARCHED_JOBS));
  return jobs?.find((job) => job.jobId === jobId);
}

async function report(
  context: Context,
  session: Session,
  { job, end, startedAt }: { job: TemporalJob; end: Exclude<WatchEnd, 'role-free'>; startedAt: number },
): Promise<number> {
  const { home, tell } = context;
  if (end === 'interrupted') {
    const next = session.works ? 'goes on with the next `gdrive-sync sync`' : 'goes on in its process';
    tell(`Stopped. Job ${job.jobId} ${next}.`);
    return EXIT.interrupted;
  }
  const stored = storedJob(home, job);
  if (end === 'parked') throw jobError(`job ${job.jobId} waits`, stored, undefined);
  // The store is asked first: the process that owns the server may be stopping it right now.
  const isRecorded = stored !== undefined && ENDED.has(stored.state);
  const current = isRecorded ? undefined : await session.jobs.current(job);
  const temporal = current?.jobId === job.jobId ? current : undefined;
  const view = joinJob(job.account, { stored, temporal }, { worker: true, temporalAsked: true });
  if (view.state === 'failed') throw jobError(`job ${job.jobId} failed`, stored, view.reason);
  printResult(context, { ...view, elapsedMs: Date.now() - startedAt });
  return exitCodeOf(view.state);
}

/** One sentence for a job that did not get through, and what to do about it. */
function jobError(what: string, stored: StoredJob | undefined, told: string | undefined): UserError {
  const failure = isFailureKind(stored?.reason) ? FAILURES[stored.reason] : undefined;
  return new UserError(`${what}: ${told ?? failure?.says ?? 'see the Temporal Web UI'}`, {
    hint:
      failure?.hint ?? 'run `gdrive-sync reset`, then `gdrive-sync sync`, to try again from where it stopped',
  });
}

function exitCodeOf(state: JobState): number {
  if (state === 'completed') return EXIT.ok;
  return state === 'partial' ? EXIT.partial : EXIT.failure;
}

interface Result {
  jobId: string;
  account: string;
  state: JobState;
  reason: string | undefined;
  pages: number;
  files: number;
  elapsedMs: number;
}

function printResult({ home, json, out }: Context, result: Result): void {
  const { jobId, account, state, reason, pages, files, elapsedMs } = result;
  const store = home.storeOf(account);
  const facts = readStore(home, account, storeFacts);
  const live = facts?.files ?? 0;
  const trashed = facts?.trashed ?? 0;
  if (json) {
    out(
      JSON.stringify({ jobId, account, state, pages, listed: files, files: live, trashed, elapsedMs, store }),
    );
    return;
  }
  out(
    `${state}: ${formatCount(live)} files (${formatCount(trashed)} in the trash) on ${formatCount(pages)} pages in ${formatSpan(elapsedMs)}`,
  );
  if (state === 'partial' && reason !== undefined) out(`not complete: ${reason}`);
  out(`store: ${store}`);
}
