import { setTimeout as delay } from 'node:timers/promises';
import { newJobId } from '../job-id';
import { waitsForLogin } from '../model/failure';
import { ensureStore } from '../stores';
import type { TemporalJob } from '../temporal/job-records';
import type { Context } from './context';
import { workerRuns } from './job-list';
import { storedJob, tellJoined } from './joined';
import { waitsForPerson } from './reasons';
import { openSession, type Session } from './session';
import { changeSettings, toSettingsChange, type SettingsChange, type SettingsFlags } from './settings';
import { reportSync } from './sync-report';
import { watchJob } from './watch';

/** What a sync is asked to do, and what is to be kept of it for later ones. */
export interface SyncOptions extends SettingsFlags {
  /** List everything once more. */
  full?: boolean | undefined;
}

/** How long a resumed job may take to say in the store that it works again. */
const RESUME_LIMIT_MS = 10_000;
const LOOK_EVERY_MS = 50;

/** Syncs the account to the end in this process, or joins the job that runs and watches it. Returns the exit code. */
export async function runSync(context: Context, options: SyncOptions): Promise<number> {
  const startedAt = Date.now();
  const { account } = context.config;
  const change = toSettingsChange(options);
  let session = await openSession(context, { verify: true });
  try {
    const job = await beginJob(context, session, { full: options.full === true, change });
    for (;;) {
      const end = await watchJob(context, session, { job, roleIsFree: () => !workerRuns(context) });
      if (end !== 'role-free') return await reportSync(context, session, { job, end, startedAt });
      context.tell(`The process that worked on account "${account}" is gone; taking over.`);
      await session.close();
      session = await openSession(context, { verify: true });
    }
  } finally {
    await session.close();
  }
}

async function beginJob(
  context: Context,
  session: Session,
  { full, change }: { full: boolean; change: SettingsChange | undefined },
): Promise<TemporalJob> {
  const { config, home, tell } = context;
  const { account } = config;
  const jobId = newJobId();
  const storeId = ensureStore(home, account);
  if (change !== undefined) await changeSettings(session, { account, storeId }, change);
  const request = { account, storeId, jobId, attempt: 1, requestedAt: Date.now(), full };
  const job = await session.jobs.start(request);
  const isOwn = job.jobId === jobId;
  if (session.uiUrl !== undefined) tell(`Temporal Web UI: ${session.uiUrl}`);
  if (!session.works)
    tell(`Job ${job.jobId} is running in another process; watching it. Ctrl-C leaves it running.`);
  else if (isOwn) tell(`Job ${jobId}: syncing account "${account}".`);
  else tell(`Job ${job.jobId} goes on where it stopped.`);
  if (!isOwn) tellJoined(context, job, { full, settings: change !== undefined });
  if (!isOwn) await resumeIfParked(home, session, job);
  return job;
}

/**
 * A job may wait for credentials that are good by now. What else it waits for, the process that works looks at once more; only a job that a person
 * has paused is the person's to resume.
 */
async function resumeIfParked(home: Context['home'], session: Session, job: TemporalJob): Promise<void> {
  const isParked = () => {
    const stored = storedJob(home, job);
    if (!waitsForPerson(stored) || stored?.reason === 'paused') return false;
    return session.works || waitsForLogin(stored?.reason);
  };
  if (!isParked()) return;
  await session.jobs.resume(job);
  for (const endsAt = Date.now() + RESUME_LIMIT_MS; isParked() && Date.now() < endsAt;)
    await delay(LOOK_EVERY_MS);
}
