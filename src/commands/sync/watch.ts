import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../errors';
import { inWords } from '../../explain';
import { ENDED } from '../../model/job';
import type { Progress } from '../../model/progress';
import { findStoredJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import type { Reader } from '../../store/reader';
import { readStore } from '../../process/stores';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import { rarely } from '../shared/rarely';
import { waitsForPerson } from '../jobs/reasons';
import { createReporter } from './progress-line';
import type { Session } from './session';

/**
 * Why watching ended. `answered`: the job has answered this caller's request and goes on. `parked`: the job
 * waits for a person. `role-free`: the worker is gone, and this process can take over.
 */
export type WatchEnd = 'ended' | 'answered' | 'parked' | 'role-free' | 'interrupted';

const LOOK_EVERY_MS = 250;
/** Short, because Temporal reports the end of a job just after the store. */
const LOOK_AT_END_MS = 25;
/** For an end that the store does not record: somebody has terminated the job. */
const ASK_EVERY_MS = 1_000;
/** How long to wait for a Temporal server that does not answer: starting a new one takes a few seconds. */
const PATIENCE_MS = 60_000;

interface Look {
  stored: StoredJob | undefined;
  progress: Progress | undefined;
}

/** Watches a job and shows its progress until it ends, waits for a person, or its worker is gone. */
export async function watchJob(
  context: Context,
  session: Pick<Session, 'jobs' | 'works' | 'stopped'>,
  { job, request, roleIsFree }: { job: TemporalJob; request?: number | undefined; roleIsFree: () => boolean },
): Promise<WatchEnd> {
  const report = createReporter(context);
  const lookAt = looker(context, job);
  const isRunning = patientLook(context, session.jobs, job);
  const broken = new AbortController();
  // A worker that stops while it is watched has failed.
  session.stopped.catch((error: unknown) => broken.abort(new Error(errorMessage(error), { cause: error })));
  for (;;) {
    if (context.signal.aborted) return 'interrupted';
    if (!session.works && roleIsFree()) return 'role-free';
    const look = lookAt();
    report(look);
    if (waitsForPerson(look.stored)) return 'parked';
    if (isAnswered(look.stored, request)) return 'answered';
    if (!(await isRunning(look.stored))) return 'ended';
    const pause = hasEnded(look.stored) ? LOOK_AT_END_MS : LOOK_EVERY_MS;
    // Promise.race with `stopped` would leak a reaction for every iteration.
    await delay(pause, undefined, { signal: broken.signal }).catch(() => undefined);
    broken.signal.throwIfAborted();
  }
}

/** A job that has answered one caller may go on for another whose request came later. */
function isAnswered(stored: StoredJob | undefined, request: number | undefined): boolean {
  return stored !== undefined && !hasEnded(stored) && request !== undefined && stored.answered >= request;
}

function hasEnded(stored: StoredJob | undefined): boolean {
  return stored !== undefined && ENDED.has(stored.state);
}

/**
 * Asks Temporal whether the job still runs: every second while the store says that it does, because the store
 * does not learn of a termination. Tolerates a server that does not answer for a while.
 */
function patientLook(
  { status }: Context,
  jobs: Session['jobs'],
  job: TemporalJob,
): (stored: StoredJob | undefined) => Promise<boolean> {
  let answeredAt = Date.now();
  let askAt = 0;
  return async (stored) => {
    if (stored !== undefined && !hasEnded(stored) && Date.now() < askAt) return true;
    askAt = Date.now() + ASK_EVERY_MS;
    try {
      const current = await jobs.current(job);
      answeredAt = Date.now();
      return current?.jobId === job.jobId && current.status === 'RUNNING';
    } catch (error) {
      if (Date.now() - answeredAt > PATIENCE_MS) throw error;
      status?.(`waiting: ${inWords(error)}`);
      return true;
    }
  };
}

function looker({ home }: Context, { account, jobId }: TemporalJob): () => Look {
  const readProgress = rarely((reader: Reader) => reader.progress(jobId));
  return () => {
    const look = readStore(home, account, (reader) => ({
      stored: findStoredJob(reader, jobId),
      progress: readProgress(reader),
    }));
    return look ?? { stored: undefined, progress: undefined };
  };
}
