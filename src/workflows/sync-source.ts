import { continueAsNew, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { SourceRef } from '../activities/inputs';
import type { SourceOutcome } from '../model/job';
import { crawlSlice, sourceSlice } from './activities';
import { stepFailure } from './failures';

/** One source of one job start. `crawls`: it has a crawl open. */
export type SyncSourceInput = SourceRef & { lanes: number; crawls: boolean };

/** How the source came out, or why it waits for a person. `found`: sources came up that the job has not worked on. */
export type SyncSourceResult =
  | { kind: 'ended'; outcome: SourceOutcome; found: boolean }
  | { kind: 'parked'; reason: string };

/** A lane that found nothing to take looks again after this long: other lanes may have failed and left their window. */
const IDLE_LANE_WAIT_MS = 5_000;

/**
 * Brings one source up to date: lanes list its windows until none is open, then the log is followed and the source is settled. All state
 * is in the store; a run keeps none, so it can be cut anywhere. Its history is bounded by continuing as new when the server suggests it.
 */
export async function syncSource(input: SyncSourceInput): Promise<SyncSourceResult> {
  try {
    let { crawls } = input;
    while (!workflowInfo().continueAsNewSuggested) {
      if (crawls && !(await crawl(input))) break;
      const turn = await sourceSlice(sourceOf(input));
      if (turn.state === 'done') return { kind: 'ended', outcome: turn.outcome, found: turn.found };
      if (turn.state === 'wait') return { kind: 'parked', reason: 'needs-confirmation' };
      crawls = turn.state === 'crawl';
      if (turn.state === 'more' && turn.waitMs !== undefined)
        await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
    }
  } catch (error) {
    const { kind, message, parks } = stepFailure(error);
    if (parks) return { kind: 'parked', reason: kind };
    return { kind: 'ended', outcome: { kind: 'failed', failure: kind, message }, found: false };
  }
  return await continueAsNew<typeof syncSource>(input);
}

function sourceOf({ account, storeId, jobId, epoch, sourceId }: SyncSourceInput): SourceRef {
  return { account, storeId, jobId, epoch, sourceId };
}

/** Lists all open windows; false if the history has grown long enough before. */
async function crawl(input: SyncSourceInput): Promise<boolean> {
  const listed = { pages: 0, files: 0 };
  const lanes = Array.from({ length: input.lanes }, (_, lane) => runLane(input, lane, listed));
  return (await Promise.all(lanes)).every(Boolean);
}

/** One listing loop: a turn at a time. True once the source has nothing left, false if the history has grown long enough before. */
async function runLane(
  input: SyncSourceInput,
  lane: number,
  listed: { pages: number; files: number },
): Promise<boolean> {
  const source = sourceOf(input);
  while (!workflowInfo().continueAsNewSuggested) {
    const turn = await crawlSlice({ ...source, lane });
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
