import { USER_SOURCE } from '../model/job';
import type { Account } from './accounts';
import type { JobRef } from './inputs';

/** What a job start has to do. */
export interface SyncPlan {
  /** Carried by all work of this start; the store refuses work of an earlier one. */
  epoch: number;
  sources: string[];
}

/**
 * Makes the job the owner of the store and opens a generation for each source that has none: its start token is minted before anything
 * is listed, so that whatever changes during the crawl can be caught up on afterwards.
 */
export async function prepareSync(
  { writer, drive }: Account,
  { jobId, attempt, requestedAt }: JobRef,
  signal: AbortSignal,
): Promise<SyncPlan> {
  const { epoch } = await writer.startJob({ jobId, attempt, requestedAt });
  const sources = await writer.sources();
  const starts = [];
  for (const { sourceId, needsToken } of sources) {
    if (!needsToken) continue;
    const driveId = sourceId === USER_SOURCE ? undefined : sourceId;
    starts.push({ sourceId, startToken: await drive.startPageToken(driveId, signal) });
  }
  await writer.openGenerations(starts);
  return { epoch, sources: sources.map(({ sourceId }) => sourceId) };
}
