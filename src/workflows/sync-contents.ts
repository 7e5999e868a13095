import { continueAsNew, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { StoreRef } from '../activities/inputs';
import { claimContents, contentSlice } from './activities';
import { stepFailure } from './failures';

/** `lease`, `fetched`: those of the run that this one continues. */
export type SyncContentsInput = StoreRef & { lease?: number | undefined; fetched?: number };

/** Why the contents stopped: a failure kind, or undefined if nothing is due. */
export interface ContentsEnd {
  stopped: string | undefined;
}

/**
 * Fetches the texts of files, behind all other work. All state is in the store of contents: a newer run takes the
 * lease, and the store refuses results of an older one. It ends when nothing is due now, the login is lost or the
 * store has changed; the next job starts it again.
 */
export async function syncContents(input: SyncContentsInput): Promise<ContentsEnd> {
  const { account, storeId } = input;
  let { lease, fetched = 0 } = input;
  try {
    lease ??= await claimContents({ account, storeId });
    while (!workflowInfo().continueAsNewSuggested) {
      const turn = await contentSlice({ account, storeId, lease });
      fetched += turn.fetched;
      setCurrentDetails(`**Fetching texts**: ${String(fetched)} files, ${String(turn.due)} left.`);
      if (turn.state === 'done') return { stopped: undefined };
      if (turn.waitMs !== undefined) await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
    }
  } catch (error) {
    return { stopped: stepFailure(error).kind };
  }
  return await continueAsNew<typeof syncContents>({ account, storeId, lease, fetched });
}
