import { continueAsNew, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { SourceRef } from '../activities/inputs';
import type { SourceOutcome } from '../model/job';
import { closeSource, crawlSlice } from './activities';
import { stepFailure } from './failures';

/** One source of one job start. */
export type SyncSourceInput = SourceRef & { lanes: number };

/** How the source came out, or why it waits for a person. */
export type SyncSourceResult = SourceOutcome | { kind: 'parked'; reason: string };

/** A lane that found nothing to take looks again after this long: other lanes may have failed and left their window. */
const IDLE_LANE_WAIT_MS = 5_000;

/**
 * Brings one source up to date: lanes list its windows until none is open, then the generation is closed. All state is in the store; a run
 * keeps none, so it can be cut anywhere. Its history is bounded by continuing as new when the server suggests it.
 */
export async function syncSource(input: SyncSourceInput): Promise<SyncSourceResult> {
  const listed = { pages: 0, files: 0 };
  try {
    const lanes = Array.from({ length: input.lanes }, (_, lane) => runLane(input, lane, listed));
    if ((await Promise.all(lanes)).every(Boolean)) return await closeSource(input);
  } catch (error) {
    const { kind, message, parks } = stepFailure(error);
    if (parks) return { kind: 'parked', reason: kind };
    return kind === 'source-gone' ? { kind: 'gone' } : { kind: 'failed', failure: kind, message };
  }
  return await continueAsNew<typeof syncSource>(input);
}

/** One listing loop: a turn at a time. True once the source has nothing left, false if the history has grown long enough before. */
async function runLane(
  input: SyncSourceInput,
  lane: number,
  listed: { pages: number; files: number },
): Promise<boolean> {
  const { account, storeId, jobId, epoch, sourceId } = input;
  while (!workflowInfo().continueAsNewSuggested) {
    const turn = await crawlSlice({ account, storeId, jobId, epoch, sourceId, lane });
    listed.pages += turn.pages;
    listed.files += turn.files;
    setCurrentDetails(
      `**Listing**: ${String(listed.files)} files on ${String(listed.pages)} pages in this run.`,
    );
    if (turn.state === 'done') return true;
    const waitMs = turn.state === 'busy' ? IDLE_LANE_WAIT_MS : turn.waitMs;
    if (waitMs !== undefined) await sleep(waitMs, { summary: 'Wait before the next turn' });
  }
  return false;
}
