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

/** One source of a pass. `crawls`: it has an open crawl. */
export type SyncSourceInput = SourceRef & { lanes: number; crawls: boolean };

/** The result of a child workflow: why a source waits for a person. All other outcomes are in the store. */
export interface SourcesEnd {
  parked: FailureKind | undefined;
}

/**
 * Syncs one source: lanes list its windows until none is open, then the log is followed and the source is
 * settled. All state is in the store, so a run can be cut anywhere. It continues as new when the server
 * suggests it, so its history stays bounded.
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
        // The parent hands the source out again once the logs of all sources are read.
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
interface LanePool {
  input: SyncSourceInput;
  lanes: Map<number, Promise<void>>;
  listed: { pages: number; files: number };
  /** The history has grown long: the lanes leave the rest to the next run. */
  isCut: boolean;
  failure: Error | undefined;
  /** Cancels all lanes. */
  stop: () => void;
}

/**
 * Lists all open windows; false if the history grew long before that. The first lane that fails cancels the
 * others.
 */
async function crawl(input: SyncSourceInput): Promise<boolean> {
  return await CancellationScope.cancellable(async () => {
    const scope = CancellationScope.current();
    const pool: LanePool = {
      input,
      lanes: new Map(),
      listed: { pages: 0, files: 0 },
      isCut: false,
      failure: undefined,
      stop: () => scope.cancel(),
    };
    growTo(pool, 1);
    while (pool.lanes.size > 0) await Promise.all(pool.lanes.values());
    if (pool.failure !== undefined) throw pool.failure;
    return !pool.isCut;
  });
}

/** Starts lanes until this many run, under the lowest free numbers. */
function growTo(pool: LanePool, wanted: number): void {
  const { lanes, input, failure, isCut } = pool;
  if (failure !== undefined || isCut) return;
  for (let lane = 0; lanes.size < Math.min(wanted, input.lanes); lane++) {
    if (!lanes.has(lane)) lanes.set(lane, runLane(pool, lane));
  }
}

/** One listing loop, a turn at a time, until it finds no more work. Never rejects. */
async function runLane(pool: LanePool, lane: number): Promise<void> {
  try {
    // Wait until this lane is registered: its first turn counts all lanes.
    await Promise.resolve();
    let hasMore = true;
    while (hasMore) hasMore = await takeTurn(pool, lane);
  } catch (error) {
    pool.failure ??= error instanceof Error ? error : new Error(String(error));
    pool.stop();
  } finally {
    pool.lanes.delete(lane);
  }
}

/** A lane's turn; false if there is nothing left for the lane. */
async function takeTurn(pool: LanePool, lane: number): Promise<boolean> {
  const { input, lanes, listed } = pool;
  pool.isCut ||= workflowInfo().continueAsNewSuggested;
  if (pool.isCut) return false;
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
  growTo(pool, turn.usefulLanes);
  if (turn.waitMs !== undefined) await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
  return true;
}
