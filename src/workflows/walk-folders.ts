import { continueAsNew, setCurrentDetails, sleep, workflowInfo } from '@temporalio/workflow';
import type { StoreRef } from '../activities/inputs';
import { claimWalk, walkSlice } from './activities';
import { stepFailure } from './failures';

/** `lease`, `pages`: those of the run that this one continues. */
export type WalkFoldersInput = StoreRef & { acceptRemovals?: boolean; lease?: number; pages?: number };

/** Why the walk stopped: a failure kind, or undefined if nothing is due. */
export interface WalkEnd {
  stopped: string | undefined;
}

/**
 * Walks the folders that others share with the user, behind all other work. All state is in the store: a
 * newer run takes the lease, and the store refuses writes of an older one. The walk ends when nothing is due,
 * the login is lost or the store has changed; the next job starts it again.
 */
export async function walkFolders(input: WalkFoldersInput): Promise<WalkEnd> {
  const { account, storeId, acceptRemovals } = input;
  let { lease, pages = 0 } = input;
  try {
    lease ??= await claimWalk({ account, storeId, acceptRemovals });
    while (!workflowInfo().continueAsNewSuggested) {
      const turn = await walkSlice({ account, storeId, lease });
      pages += turn.pages;
      setCurrentDetails(`**Walking**: ${String(pages)} pages of folders shared by others.`);
      if (turn.state === 'done') return { stopped: undefined };
      if (turn.waitMs !== undefined) await sleep(turn.waitMs, { summary: 'Wait before the next turn' });
    }
  } catch (error) {
    return { stopped: stepFailure(error).kind };
  }
  return await continueAsNew<typeof walkFolders>({ account, storeId, lease, pages });
}
