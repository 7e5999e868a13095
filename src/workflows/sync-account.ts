import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { JobRef } from '../activities/inputs';
import { FAILURES, isFailureKind, type FailureKind } from '../model/failure';
import type { JobState } from '../model/job';
import type { Progress } from '../model/progress';
import type { PassEnd } from '../model/pass';
import { PAUSED, type JobReason } from '../model/reasons';
import { buildIndexes, finishPass, prepareSync, readProgress, setJobState, takeRequest } from './activities';
import { describeIndexing, describeProgress, describeWait } from './details';
import { stepFailure } from './failures';
import { joinUpdate, pauseUpdate, progressQuery, resumeUpdate, type Resumption } from './messages';
import { PassRun } from './pass';
import { startWalk } from './walk-folders';

/** One job. `paused` and `resumption` are carried from run to run. */
export type SyncAccountInput = JobRef & {
  paused?: boolean;
  resumption?: Resumption | undefined;
  /** A worker has taken the job over from one that is gone. */
  takenOver?: boolean;
};

/** How the job ended: numbers only. */
export interface SyncAccountResult {
  state: JobState;
  pages: number;
  files: number;
}

interface Run {
  readonly input: SyncAccountInput;
  /** What the job waits for; undefined while it works. */
  waitingFor: JobReason | undefined;
  /** What a person decided when the job was last resumed; undefined if none did since work began. */
  resumption: Resumption | undefined;
  /** The store has not heard yet that the job was taken over. */
  takenOver: boolean;
  /** The highest request number that a caller got. */
  lastRequest: number;
  progress: Progress | undefined;
  /** Interrupts the sources that are being worked on. */
  interrupt: () => void;
}

const FIRST_LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 60_000;
/** A pass that leaves sources open, which nothing explains, is repeated so often and no more. */
const MOST_OPEN_ENDS = 3;

/**
 * Syncs one account; its workflow id is the lock that keeps a second job from starting. It decides and waits, the store remembers: at any point it may be
 * terminated, reset or started anew. History is bounded: sources are child workflows, and the run continues as new when the server suggests it.
 */
export async function syncAccount(input: SyncAccountInput): Promise<SyncAccountResult> {
  const { paused = false, resumption, takenOver = false } = input;
  const run: Run = {
    input,
    waitingFor: paused ? PAUSED : undefined,
    resumption,
    takenOver,
    lastRequest: 0,
    progress: undefined,
    interrupt: noop,
  };
  handleMessages(run);
  try {
    return await syncUntilDone(run);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => record(run, 'canceled'));
    throw error;
  }
}

function handleMessages(run: Run): void {
  setHandler(progressQuery, () => ({
    state: run.waitingFor === undefined ? 'running' : 'waiting',
    waitingFor: run.waitingFor,
    progress: run.progress,
  }));
  setHandler(joinUpdate, async () => {
    const request = await takeRequest(jobOf(run));
    run.lastRequest = Math.max(run.lastRequest, request);
    return request;
  });
  setHandler(pauseUpdate, () => {
    run.waitingFor ??= PAUSED;
    run.interrupt();
  });
  setHandler(resumeUpdate, (resumption = {}) => {
    run.resumption = resumption;
    run.waitingFor = undefined;
  });
}

function noop(): void {
  // Nothing is being worked on.
}

function jobOf({ input }: Run): JobRef {
  const { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals } = input;
  return { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals };
}

/** Works in rounds; a round ends when a pass is through, or early when the job is paused, parked or to be continued as new. */
async function syncUntilDone(run: Run): Promise<SyncAccountResult> {
  for (let openEnds = 0; ;) {
    if (run.waitingFor !== undefined) await wait(run, run.waitingFor);
    const round = await workRound(run);
    if (round.kind === 'parked' && !hasConsent(run, round.reason)) run.waitingFor ??= round.reason;
    if (round.kind === 'ended') {
      // A caller that joined while the job ended still gets an answer.
      await condition(allHandlersFinished);
      if (run.lastRequest <= round.answered) return await finish(run, round);
    }
    openEnds = round.kind === 'again' && round.open ? openEnds + 1 : 0;
    if (openEnds >= MOST_OPEN_ENDS) await fail(run, { kind: 'internal', message: FAILURES.internal.says });
    if (workflowInfo().continueAsNewSuggested) await continueRun(run);
  }
}

/** A person may have consented while the job still worked. */
function hasConsent({ resumption }: Run, reason: JobReason): boolean {
  return reason === 'needs-confirmation' && resumption?.acceptRemovals === true;
}

async function continueRun({ input, waitingFor, resumption, takenOver }: Run): Promise<never> {
  await condition(allHandlersFinished);
  return await continueAsNew<typeof syncAccount>({
    ...input,
    paused: waitingFor === PAUSED,
    resumption,
    takenOver,
  });
}

type Round = PassEnd | { kind: 'parked'; reason: JobReason } | { kind: 'interrupted' };

async function workRound(run: Run): Promise<Round> {
  const scope = new CancellationScope();
  let interrupted = false;
  run.interrupt = () => {
    interrupted = true;
    scope.cancel();
  };
  try {
    return await scope.run(() => workOnce(run));
  } catch (error) {
    // Only the round's own scope was canceled; a canceled job cancels the root scope too and must get through.
    if (isCancellation(error) && interrupted && !CancellationScope.current().consideredCancelled)
      return { kind: 'interrupted' };
    const failure = stepFailure(error);
    if (failure.parks) return { kind: 'parked', reason: failure.kind };
    return await fail(run, failure);
  } finally {
    run.interrupt = noop;
    // What still runs belongs to a round that is over.
    scope.cancel();
  }
}

async function workOnce(run: Run): Promise<Round> {
  const { resumption, takenOver } = run;
  const plan = await prepareSync({
    ...jobOf(run),
    resumed: resumption !== undefined,
    takenOver,
    acceptRemovals: resumption?.acceptRemovals ?? run.input.acceptRemovals,
  });
  run.takenOver = false;
  if (run.resumption === resumption) run.resumption = undefined;
  if (plan.kind === 'paused') return { kind: 'parked', reason: PAUSED };
  const { account, storeId, jobId } = run.input;
  const { epoch, target, lanes, unopened } = plan;
  const pass = { account, storeId, jobId, epoch, target };
  setCurrentDetails('**running**: reading change logs');
  const outcome = await new PassRun({ pass, lanes, unopened }, () => watchProgress(run)).run();
  if (outcome.kind === 'parked') return outcome;
  if (outcome.kind === 'cut') return { kind: 'interrupted' };
  await buildAllIndexes(run.input);
  return await finishPass(pass);
}

/** Builds what a crawl or a log is faster without, a turn at a time. */
async function buildAllIndexes({ account, storeId }: SyncAccountInput): Promise<void> {
  for (;;) {
    const { state, indexed } = await buildIndexes({ account, storeId });
    if (state !== 'building') return;
    setCurrentDetails(describeIndexing(indexed));
  }
}

/** Keeps the numbers shown in the Web UI fresh, ever more rarely, until its scope is canceled. */
function watchProgress(run: Run): void {
  const watch = async (): Promise<void> => {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_LOOK_MS)) {
      await sleep(waitMs, { summary: 'Wait before the next look at the progress' });
      run.progress = await readProgress(run.input);
      setCurrentDetails(describeProgress(run.progress));
    }
  };
  // The numbers are for people; a look that fails or is canceled stops nothing.
  watch().catch(noop);
}

/** Waits for a person, visibly. */
async function wait(run: Run, reason: JobReason): Promise<void> {
  setCurrentDetails(describeWait(reason));
  await record(run, 'waiting', {
    kind: reason,
    message: isFailureKind(reason) ? FAILURES[reason].says : reason,
  });
  await condition(() => run.waitingFor === undefined);
}

/** Ends the workflow as its job has ended, which the store knows already. */
async function finish(run: Run, end: Extract<PassEnd, { kind: 'ended' }>): Promise<SyncAccountResult> {
  const { state, reason, message, pages, files, walkDue } = end;
  if (walkDue) await startWalk(run.input);
  run.progress = await readProgress(run.input);
  setCurrentDetails(describeProgress(run.progress));
  if (state === 'failed') throw ApplicationFailure.nonRetryable(message ?? 'the sync failed', reason);
  return { state, pages, files };
}

async function fail(run: Run, failure: { kind: FailureKind; message: string }): Promise<never> {
  await record(run, 'failed', failure);
  throw ApplicationFailure.nonRetryable(failure.message, failure.kind);
}

/** Writes the job's state into the store, so that it is known without Temporal too. */
async function record(
  run: Run,
  state: JobState,
  failure?: { kind: JobReason; message: string },
): Promise<void> {
  const { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals } = run.input;
  const reason = failure?.kind;
  // Another store refuses to note a job that was not made for it.
  if (reason === 'wrong-store') return;
  // A login that is refused ends a first step before the store knows of the job.
  const unknown = { jobId, attempt, requestedAt, full, acceptRemovals };
  await setJobState({ account, storeId, jobId, state, reason, message: failure?.message, unknown });
}
