import { continueAsNew, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { BatchInput } from '../activities/batch-slice';
import { batchSlice } from './activities';
import { stepFailure } from './failures';
import type { SourcesEnd } from './sync-source';

/**
 * Syncs small sources that share this workflow: thousands of new drives need only a hundred of them. All
 * state is in the store, so a run can be cut anywhere.
 */
export async function syncBatch(input: BatchInput): Promise<SourcesEnd> {
  const { sourceIds, ...pass } = input;
  let left = sourceIds;
  let waits = false;
  try {
    while (left.length > 0 && !workflowInfo().continueAsNewSuggested) {
      setCurrentDetails(
        `**Syncing**: ${String(left.length)} of ${String(sourceIds.length)} small sources left.`,
      );
      const turn = await batchSlice({ ...pass, sourceIds: left });
      waits ||= turn.waits;
      ({ left } = turn);
    }
  } catch (error) {
    const { kind, parks } = stepFailure(error);
    if (parks) return { parked: kind };
    throw error;
  }
  if (left.length > 0) return await continueAsNew<typeof syncBatch>({ ...pass, sourceIds: left });
  return { parked: waits ? 'needs-confirmation' : undefined };
}
