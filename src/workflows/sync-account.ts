import {
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  executeChild,
  isCancellation,
  ParentClosePolicy,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { JobRef } from '../activities/inputs';
import type { FailedSource, PlannedSource } from '../activities/prepare-sync';
import { FAILURES, isFailureKind } from '../model/failure';
import { jobStateOf, type JobState } from '../model/job';
import type { Progress } from '../model/progress';
import { buildIndexes, planFound, prepareSync, readProgress, setJobState } from './activities';
import { describeIndexing, describeProgress, describeWait } from './details';
import { stepFailure } from './failures';
import { pauseUpdate, progressQuery, resumeUpdate, type Resumption } from './messages';
import { syncSource, type SyncSourceResult } from './sync-source';

/** One job. `paused` is carried from run to run. */
export type SyncAccountInput = JobRef & { paused?: boolean };

/** How the job ended: numbers only. */
export interface SyncAccountResult {
  state: JobState;
  pages: number;
  files: number;
}

interface Outcomes {
  ended: FailedSource[];
  /** Why a source waits for a person; undefined if none does. */
  parked: string | undefined;
}

interface Run {
  readonly input: SyncAccountInput;
  /** What the job waits for; undefined while it works. */
  waitingFor: string | undefined;
  /** What a person decided when the job was last resumed; undefined if none did since work began. */
  resumption: Resumption | undefined;
  progress: Progress | undefined;
  /** Interrupts the sources that are being worked on. */
  interrupt: () => void;
}

const SOURCES_AT_ONCE = 16;
const FIRST_LOOK_MS = 2_000;
const LONGEST_LOOK_MS = 60_000;

/**
 * Syncs one account; its workflow id is the lock that keeps a second job from starting. It decides and waits, the store remembers: at any point it may be
 * terminated, reset or started anew. History is bounded: sources are child workflows, and looks at the progress become rarer until
 * the run continues as new.
 */
export async function syncAccount(input: SyncAccountInput): Promise<SyncAccountResult> {
  const run: Run = {
    input,
    waitingFor: input.paused === true ? 'paused' : undefined,
    resumption: undefined,
    progress: undefined,
    interrupt: noop,
  };
  setHandler(progressQuery, () => ({
    state: run.waitingFor === undefined ? 'running' : 'waiting',
    waitingFor: run.waitingFor,
    progress: run.progress,
  }));
  setHandler(pauseUpdate, () => {
    run.waitingFor ??= 'paused';
    run.interrupt();
  });
  setHandler(resumeUpdate, (resumption = {}) => {
    run.resumption = resumption;
    run.waitingFor = undefined;
  });
  try {
    return await syncUntilDone(run);
  } catch (error) {
    if (isCancellation(error)) await CancellationScope.nonCancellable(() => record(run, 'canceled'));
    throw error;
  }
}

function noop(): void {
  // Nothing is being worked on.
}

/** Works in rounds; a round ends when all sources are through, or early when the job is paused, parked or to be continued as new. */
async function syncUntilDone(run: Run): Promise<SyncAccountResult> {
  for (;;) {
    if (run.waitingFor !== undefined) await wait(run, run.waitingFor);
    const round = await workRound(run);
    if (round.kind === 'done') return await finish(run, round.ended);
    if (round.kind === 'parked') run.waitingFor ??= round.reason;
    if (workflowInfo().continueAsNewSuggested) {
      await condition(allHandlersFinished);
      await continueAsNew<typeof syncAccount>({ ...run.input, paused: run.waitingFor === 'paused' });
    }
  }
}

type Round =
  | { kind: 'done'; ended: FailedSource[] }
  | { kind: 'parked'; reason: string }
  | { kind: 'interrupted' };

async function workRound(run: Run): Promise<Round> {
  const scope = new CancellationScope();
  let interrupted = false;
  run.interrupt = () => {
    interrupted = true;
    scope.cancel();
  };
  try {
    return await scope.run(async () => {
      const { resumption } = run;
      run.resumption = undefined;
      const plan = await prepareSync({
        ...run.input,
        resumed: resumption !== undefined,
        acceptRemovals: resumption?.acceptRemovals,
      });
      if (plan.kind === 'paused') return { kind: 'parked', reason: 'paused' };
      const watch = watchProgress(run);
      const { ended, parked } = await syncAll(run.input, plan);
      watch.cancel();
      if (parked === undefined) await buildAllIndexes(run.input);
      return parked === undefined ? { kind: 'done', ended } : { kind: 'parked', reason: parked };
    });
  } catch (error) {
    // Only the round's own scope was canceled; a canceled job cancels the root scope too and must get through.
    if (isCancellation(error) && interrupted && !CancellationScope.current().consideredCancelled)
      return { kind: 'interrupted' };
    const failure = stepFailure(error);
    if (failure.parks) return { kind: 'parked', reason: failure.kind };
    await record(run, 'failed', failure);
    throw ApplicationFailure.nonRetryable(failure.message, failure.kind);
  } finally {
    run.interrupt = noop;
  }
}

/** Builds what a crawl or a log is faster without, a turn at a time. */
async function buildAllIndexes({ account, storeId }: SyncAccountInput): Promise<void> {
  for (;;) {
    const { state, indexed } = await buildIndexes({ account, storeId });
    if (state !== 'building') return;
    setCurrentDetails(describeIndexing(indexed));
  }
}

/** How often a source may come up anew in one round: a drive that comes and goes must not hold the job for ever. */
const MOST_TURNS = 3;

/** Works on all sources, then on those that came up meanwhile, as drives that were joined, until none is new. */
async function syncAll(
  input: SyncAccountInput,
  plan: { epoch: number; lanes: number; sources: PlannedSource[]; failed: FailedSource[] },
): Promise<Outcomes> {
  const { account, storeId } = input;
  const { epoch, lanes } = plan;
  const ended = new Map(plan.failed.map(({ sourceId, outcome }) => [sourceId, outcome]));
  let parked: string | undefined;
  let { sources } = plan;
  for (let turn = 0; sources.length > 0; turn++) {
    const results = await syncSources(input, { epoch, lanes, turn, sources });
    for (const { sourceId, result } of results) {
      if (result.kind === 'parked') parked ??= result.reason;
      else ended.set(sourceId, result.outcome);
    }
    const found = results.some(({ result }) => result.kind === 'ended' && result.found);
    if (!found || turn + 1 >= MOST_TURNS) break;
    const more = await planFound({ account, storeId, epoch });
    for (const { sourceId, outcome } of more.failed) ended.set(sourceId, outcome);
    ({ sources } = more);
  }
  return { ended: [...ended].map(([sourceId, outcome]) => ({ sourceId, outcome })), parked };
}

/** Runs sources side by side, a few at a time; one that fails does not touch the others. */
async function syncSources(
  { account, storeId, jobId }: SyncAccountInput,
  {
    epoch,
    lanes,
    turn,
    sources,
  }: { epoch: number; lanes: number; turn: number; sources: readonly PlannedSource[] },
): Promise<{ sourceId: string; result: SyncSourceResult }[]> {
  const queue = [...sources];
  const results: { sourceId: string; result: SyncSourceResult }[] = [];
  async function next(): Promise<void> {
    for (let source = queue.shift(); source !== undefined; source = queue.shift()) {
      const { sourceId, crawls } = source;
      const result = await executeChild(syncSource, {
        workflowId: `${workflowInfo().workflowId}/${sourceId}/${jobId}.${String(epoch)}.${String(turn)}`,
        args: [{ account, storeId, jobId, epoch, sourceId, crawls, lanes }],
        parentClosePolicy: ParentClosePolicy.TERMINATE,
        staticSummary: `Source ${sourceId} of job ${jobId}`,
      }).catch((error: unknown): SyncSourceResult => {
        const { kind, message } = stepFailure(error);
        return { kind: 'ended', outcome: { kind: 'failed', failure: kind, message }, found: false };
      });
      results.push({ sourceId, result });
    }
  }
  await Promise.all(Array.from({ length: SOURCES_AT_ONCE }, next));
  return results;
}

/** Keeps the numbers shown in the Web UI fresh, ever more rarely; ends the round when the history has grown long. */
function watchProgress(run: Run): CancellationScope {
  const scope = new CancellationScope();
  const watching = scope.run(async () => {
    for (let waitMs = FIRST_LOOK_MS; ; waitMs = Math.min(waitMs * 1.5, LONGEST_LOOK_MS)) {
      await sleep(waitMs, { summary: 'Wait before the next look at the progress' });
      run.progress = await readProgress(run.input);
      setCurrentDetails(describeProgress(run.progress));
      if (workflowInfo().continueAsNewSuggested) return run.interrupt();
    }
  });
  // The numbers are for people; a look that fails or is canceled stops nothing.
  watching.catch(noop);
  return scope;
}

/** Waits for a person, visibly. */
async function wait(run: Run, reason: string): Promise<void> {
  setCurrentDetails(describeWait(reason));
  await record(run, 'waiting', {
    kind: reason,
    message: isFailureKind(reason) ? FAILURES[reason].says : reason,
  });
  await condition(() => run.waitingFor === undefined);
}

async function finish(run: Run, ended: FailedSource[]): Promise<SyncAccountResult> {
  const state = jobStateOf(ended);
  const failed = ended.map(({ outcome }) => outcome).find((outcome) => outcome.kind === 'failed');
  const { account, storeId, jobId } = run.input;
  await setJobState({
    account,
    storeId,
    jobId,
    state,
    reason: failed?.failure,
    message: failed?.message,
    outcomes: ended,
  });
  run.progress = await readProgress(run.input);
  setCurrentDetails(describeProgress(run.progress));
  if (state === 'failed')
    throw ApplicationFailure.nonRetryable(failed?.message ?? 'the sync failed', failed?.failure);
  return { state, pages: run.progress.pages, files: run.progress.files };
}

/** Writes the job's state into the store, so that it is known without Temporal too. */
async function record(run: Run, state: JobState, failure?: { kind: string; message: string }): Promise<void> {
  const { account, storeId, jobId, attempt, requestedAt, full } = run.input;
  const reason = failure?.kind;
  // Another store refuses to note a job that was not made for it.
  if (reason === 'wrong-store') return;
  // A login that is refused ends a first step before the store knows of the job.
  const unknown = { jobId, attempt, requestedAt, full };
  await setJobState({ account, storeId, jobId, state, reason, message: failure?.message, unknown });
}
