import {
  CancellationScope,
  continueAsNew,
  setCurrentDetails,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { SourceRef } from '../activities/inputs';
import type { FailureKind } from '../model/failure';
import { crawlSlice, releaseSource, sourceSlice } from './activities';
import { stepFailure } from './failures';

/** One source of a pass. `crawls`: it has a crawl open. */
export type SyncSourceInput = SourceRef & { lanes: number; crawls: boolean };

/** How a child workflow's sources came out is in the store; only why one of them waits for a person is told here. */
export interface SourcesEnd {
  parked: FailureKind | undefined;
}

/**
 * Brings one source up to date: lanes list its windows until none is open, then the log is followed and the source is settled. All state
 * is in the store; a run keeps none, so it can be cut anywhere. Its history is bounded by continuing as new when the server suggests it.
 */
export async function syncSource(input: SyncSourceInput): Promise<SourcesEnd> {
  try {
    let { crawls } = input;
    while (!workflowInfo().continueAsNewSuggested) {
      if (crawls && !(await crawl(input))) break;
      const turn = await sourceSlice(sourceOf(input));
      if (turn.state === 'done') return { parked: undefined };
      if (turn.state === 'wait') return { parked: 'needs-confirmation' };
      crawls = turn.state === 'crawl';
      if (turn.state === 'hold') {
        // The parent hands the source out again when the logs of all sources are read.
        await releaseSource({ ...sourceOf(input), why: { held: true } });
        return { parked: undefined };
      }
      if (turn.state === 'more' && turn.waitMs !== undefined)
        await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
    }
  } catch (error) {
    const { kind, parks } = stepFailure(error);
    if (parks) return { parked: kind };
    throw error;
  }
  return await continueAsNew<typeof syncSource>(input);
}

function sourceOf({ account, storeId, jobId, epoch, target, sourceId }: SyncSourceInput): SourceRef {
  return { account, storeId, jobId, epoch, target, sourceId };
}

/** The lanes that work on a source, by number. */
interface Crew {
  input: SyncSourceInput;
  lanes: Map<number, Promise<void>>;
  listed: { pages: number; files: number };
  /** The history has grown long: the lanes leave what is left to the next run. */
  isCut: boolean;
  failure: Error | undefined;
  /** Cancels all lanes. */
  stop: () => void;
}

/** Lists all open windows; false if the history has grown long enough before. The first lane that fails ends the others. */
async function crawl(input: SyncSourceInput): Promise<boolean> {
  return await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const crew: Crew = {
      input,
      lanes: new Map(),
      listed: { pages: 0, files: 0 },
      isCut: false,
      failure: undefined,
      stop: () => scope.cancel(),
    };
    growTo(crew, 1);
    while (crew.lanes.size > 0) await Promise.all(crew.lanes.values());
    if (crew.failure !== undefined) throw crew.failure;
    return !crew.isCut;
  });
}

/** Starts lanes until there are so many, under the lowest numbers that are free. */
function growTo(crew: Crew, wanted: number): void {
  const { lanes, input, failure, isCut } = crew;
  if (failure !== undefined || isCut) return;
  for (let lane = 0; lanes.size < Math.min(wanted, input.lanes); lane++) {
    if (!lanes.has(lane)) lanes.set(lane, runLane(crew, lane));
  }
}

/** One listing loop, a turn at a time, until nothing is left for it. Never rejects. */
async function runLane(crew: Crew, lane: number): Promise<void> {
  try {
    // What the lanes are is complete only after this one is among them.
    await Promise.resolve();
    while (await takeTurn(crew, lane));
  } catch (error) {
    crew.failure ??= error instanceof Error ? error : new Error(String(error));
    crew.stop();
  } finally {
    crew.lanes.delete(lane);
  }
}

/** A lane's turn; false if there is nothing left for it. */
async function takeTurn(crew: Crew, lane: number): Promise<boolean> {
  const { input, lanes, listed } = crew;
  crew.isCut ||= workflowInfo().continueAsNewSuggested;
  if (crew.isCut) return false;
  const turn = await crawlSlice({
    ...sourceOf(input),
    lane,
    lanes: lanes.size,
    mostLanes: input.lanes,
  });
  listed.pages += turn.pages;
  listed.files += turn.files;
  setCurrentDetails(
    `**Listing**: ${String(listed.files)} files on ${String(listed.pages)} pages in this run, ${String(lanes.size)} lanes.`,
  );
  if (turn.state !== 'more') return false;
  growTo(crew, turn.usefulLanes);
  if (turn.waitMs !== undefined) await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
  return true;
}
