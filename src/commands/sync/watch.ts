import { setTimeout as delay } from 'node:timers/promises';
import { errorMessage } from '../../errors';
import { inWords } from '../../explain';
import { FAILURES, isFailureKind } from '../../model/failure';
import { ENDED } from '../../model/job';
import type { Progress } from '../../model/progress';
import { addSample, timeLeftMs, type Sample } from '../render/estimate';
import { findStoredJob, type StoredJob } from '../../queries/jobs/stored-jobs';
import type { Reader } from '../../store/reader';
import { readStore } from '../../process/stores';
import type { TemporalJob } from '../../temporal/job-records';
import type { Context } from '../shared/context';
import { rarely } from '../shared/rarely';
import { waitsForPerson } from '../jobs/reasons';
import { countOf, formatCount, formatSpan } from '../render/text';
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
const LINE_EVERY_MS = 5_000;
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

/** Shows progress: on a terminal as one line that is rewritten, otherwise as a new line every few seconds. */
export function createReporter({ status, tell }: Pick<Context, 'status' | 'tell'>): (look: Look) => void {
  const startedAt = Date.now();
  let firstFiles: number | undefined;
  let samples: Sample[] = [];
  let lastLine = '';
  let lastAt = Date.now();
  return ({ stored, progress }) => {
    if (progress === undefined) return;
    firstFiles ??= progress.files;
    const elapsedMs = Date.now() - startedAt;
    const rate = elapsedMs > 1000 ? (progress.files - firstFiles) / (elapsedMs / 1000) : 0;
    samples = addSample(samples, { at: Date.now(), pages: progress.pages });
    const leftMs = timeLeftMs(samples, pagesLeftOf(progress));
    const line = progressLine(progress, { rate, leftMs, elapsedMs, state: stored?.state });
    if (status !== undefined) status(line);
    else if (line !== lastLine && Date.now() - lastAt >= LINE_EVERY_MS) {
      tell(line);
      lastLine = line;
      lastAt = Date.now();
    }
  };
}

/** One line on the progress of a job, and on what it waits for. */
export function progressLine(
  { files, pages, changes, sources, sourcesOpen, open, indexing }: Progress,
  {
    rate,
    leftMs,
    elapsedMs,
    state,
  }: { rate: number; leftMs?: number | undefined; elapsedMs: number; state: string | undefined },
): string {
  const parts = [`${formatCount(files)} files`, `${formatCount(pages)} pages`];
  if (changes > 0) parts.push(countOf(changes, 'change'));
  if (rate > 0) parts.push(`${formatCount(Math.round(rate))} files/s`);
  if (sources > 1) parts.push(`${String(sources - sourcesOpen)} of ${String(sources)} sources`);
  if (leftMs !== undefined) parts.push(`about ${roughSpan(leftMs)} of listing left`);
  parts.push(...stepsLeft(open));
  if (indexing !== undefined)
    parts.push(`building the search index: ${formatCount(indexing.done)} of ${formatCount(indexing.of)}`);
  parts.push(formatSpan(elapsedMs));
  const trouble = troubleOf(open);
  if (trouble !== undefined) parts.push(trouble);
  if (state === 'waiting') parts.push('waiting: see `gdrive-sync status`');
  return parts.join(' · ');
}

/**
 * Why there is no progress: a wait, or a page that is requested again because it is too slow or too large.
 */
function troubleOf(open: Progress['open']): string | undefined {
  const now = Date.now();
  const waits = open.find(({ failure, retryAt }) => failure !== undefined && (retryAt ?? 0) > now);
  if (waits !== undefined && isFailureKind(waits.failure))
    return `waiting: ${FAILURES[waits.failure].says}, next try in ${formatSpan((waits.retryAt ?? now) - now)}`;
  const slow = open.find(({ failure }) => failure === 'too-slow' || failure === 'too-large');
  return slow !== undefined && isFailureKind(slow.failure)
    ? `${FAILURES[slow.failure].says}: requesting smaller pages`
    : undefined;
}

/** Undefined if a source that is being listed has no estimate, or if not all open sources are known. */
function pagesLeftOf({ open, sourcesOpen }: Progress): number | undefined {
  const listed = open.filter(({ windows, windowsDone }) => windows > windowsDone);
  const known = listed.flatMap(({ pagesLeft }) => (pagesLeft === undefined ? [] : [pagesLeft]));
  const isKnown = known.length > 0 && known.length === listed.length && open.length >= sourcesOpen;
  return isKnown ? known.reduce((sum, pages) => sum + pages, 0) : undefined;
}

/** Rounds up to 10 seconds, a minute or an hour: an estimate is no more exact than that. */
function roughSpan(ms: number): string {
  if (ms < 120_000) return `${String(Math.max(10, Math.ceil(ms / 10_000) * 10))} s`;
  const minutes = Math.ceil(ms / 60_000);
  return minutes < 120 ? `${String(minutes)} min` : `${String(Math.ceil(minutes / 60))} h`;
}

/** The work that is left after listings and change logs. */
function stepsLeft(open: Progress['open']): string[] {
  const total = (read: (source: Progress['open'][number]) => number): number =>
    open.reduce((sum, source) => sum + read(source), 0);
  const folders = total(({ foldersLeft }) => foldersLeft);
  const files = total(({ filesToAsk }) => filesToAsk);
  return [
    ...(folders > 0 ? [`${countOf(folders, 'folder')} left to list`] : []),
    ...(files > 0 ? [`${countOf(files, 'file')} left to verify`] : []),
  ];
}
