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
import { startBackground } from './start-background';

/** The input of a job. Continue-as-new carries `paused` and `resumption` from run to run. */
export type SyncAccountInput = JobRef & {
  paused?: boolean;
  resumption?: Resumption | undefined;
  /** A worker took over the job from one that is gone. */
  takenOver?: boolean;
};

/** The result of a job: its state and numbers. */
export interface SyncAccountResult {
  state: JobState;
  pages: number;
  files: number;
}

interface Run {
  readonly input: SyncAccountInput;
  /** What the job waits for; undefined while it works. */
  waitingFor: JobReason | undefined;
  /** What a person decided when last resuming the job; undefined if nobody has since work began. */
  resumption: Resumption | undefined;
  /** The store does not know yet that the job was taken over. */
  takenOver: boolean;
  /** The highest request number that a caller received. */
  lastRequest: number;
  progress: Progress | undefined;
  /** Interrupts the work on sources. */
  interrupt: () => void;
}

const FIRST_LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 60_000;
/** The job fails after this many passes in a row that left sources open for no known reason. */
const MOST_OPEN_ENDS = 3;

/**
 * Syncs one account. Its workflow id is the lock that prevents a second job. The workflow decides and waits,
 * and the store remembers, so a run may be terminated, reset or restarted at any point. Sources are child
 * workflows, and the run continues as new when the server suggests it, so its history stays bounded.
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
  // No round is running.
}

function jobOf({ input }: Run): JobRef {
  const { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals } = input;
  return { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals };
}

/**
 * Works in rounds. A round ends when a pass is done, or early when the job is paused, parked or continued as
 * new.
 */
async function syncUntilDone(run: Run): Promise<SyncAccountResult> {
  let openEnds = 0;
  for (;;) {
    if (run.waitingFor !== undefined) await wait(run, run.waitingFor);
    const known = run.resumption;
    const round = await workRound(run);
    if (round.kind === 'parked' && !isResumedSince(run, known)) run.waitingFor ??= round.reason;
    if (round.kind === 'ended') {
      // A caller that joined while the job was ending still gets an answer.
      await condition(allHandlersFinished);
      if (run.lastRequest <= round.answered) return await finish(run, round);
    }
    openEnds = round.kind === 'again' && round.open ? openEnds + 1 : 0;
    if (openEnds >= MOST_OPEN_ENDS) await fail(run, { kind: 'internal', message: FAILURES.internal.says });
    if (workflowInfo().continueAsNewSuggested) await continueRun(run);
  }
}

/** A job that a person resumed during a round tries once more. */
function isResumedSince({ resumption }: Run, known: Resumption | undefined): boolean {
  return resumption !== undefined && resumption !== known;
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
    // Only the round's own scope was canceled. Canceling the job cancels the root scope too, and must
    // propagate.
    if (isCancellation(error) && interrupted && !CancellationScope.current().consideredCancelled)
      return { kind: 'interrupted' };
    const failure = stepFailure(error);
    if (failure.parks) return { kind: 'parked', reason: failure.kind };
    return await fail(run, failure);
  } finally {
    run.interrupt = noop;
    // Cancel what still runs: its round is over.
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

/** Builds the indexes, a turn at a time. Crawls and logs are faster without them. */
async function buildAllIndexes({ account, storeId }: SyncAccountInput): Promise<void> {
  for (;;) {
    const { state, indexed } = await buildIndexes({ account, storeId });
    if (state !== 'building') return;
    setCurrentDetails(describeIndexing(indexed));
  }
}

/** Updates the numbers in the Web UI, less and less often, until its scope is canceled. */
function watchProgress(run: Run): void {
  const watch = async (): Promise<void> => {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_LOOK_MS)) {
      await sleep(waitMs, { summary: 'Wait before the next look at the progress' });
      run.progress = await readProgress(run.input);
      setCurrentDetails(describeProgress(run.progress));
    }
  };
  // The numbers are only for people: a failed or canceled look stops nothing.
  watch().catch(noop);
}

/** Waits for a person, and shows it. */
async function wait(run: Run, reason: JobReason): Promise<void> {
  setCurrentDetails(describeWait(reason));
  await record(run, 'waiting', {
    kind: reason,
    message: isFailureKind(reason) ? FAILURES[reason].says : reason,
  });
  await condition(() => run.waitingFor === undefined);
}

/** Ends the workflow as the store says that its job has ended. */
async function finish(run: Run, end: Extract<PassEnd, { kind: 'ended' }>): Promise<SyncAccountResult> {
  const { state, reason, message, pages, files, background } = end;
  for (const kind of background) await startBackground(kind, run.input);
  run.progress = await readProgress(run.input);
  setCurrentDetails(describeProgress(run.progress));
  if (state === 'failed') throw ApplicationFailure.nonRetryable(message ?? 'the sync failed', reason);
  return { state, pages, files };
}

async function fail(run: Run, failure: { kind: FailureKind; message: string }): Promise<never> {
  await record(run, 'failed', failure);
  throw ApplicationFailure.nonRetryable(failure.message, failure.kind);
}

/** Records the job's state in the store, so that it is known without Temporal. */
async function record(
  run: Run,
  state: JobState,
  failure?: { kind: JobReason; message: string },
): Promise<void> {
  const { account, storeId, jobId, attempt, requestedAt, full, acceptRemovals } = run.input;
  const reason = failure?.kind;
  // Another store would refuse a job that was not made for it.
  if (reason === 'wrong-store') return;
  // If the login is refused, the first step ends before the store knows the job.
  const unknown = { jobId, attempt, requestedAt, full, acceptRemovals };
  await setJobState({ account, storeId, jobId, state, reason, message: failure?.message, unknown });
}
