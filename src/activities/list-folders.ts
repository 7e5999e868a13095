import type { DriveClient } from '../drive/client';
import { SyncFailure } from '../model/failure';
import { pageLimitMs } from '../planning/page-size';
import { folderQuery } from '../planning/window';
import type { FolderListing } from '../store/folder-work';
import { itemFault, waitForItems, type ItemEnd } from './item-faults';
import { inParallel } from './parallel';
import { driveIdOf } from './read-log';
import type { Turn } from './source-turn';

/** Requests in flight: one listing costs twenty times the quota of a look-up. */
const LISTINGS_AT_ONCE = 8;

type FolderEnd = ItemEnd & { folderId: string };

/**
 * Lists one page of each folder's children. A folder that fails holds up no other: its failure is counted in the store. Returns how long to wait
 * before the next turn, in ms.
 * @throws whatever concerns more than single folders.
 */
export async function listFolders(
  turn: Turn,
  folders: readonly FolderListing[],
  commitNo: number,
): Promise<number> {
  const ends: FolderEnd[] = [];
  try {
    await inParallel(folders, LISTINGS_AT_ONCE, async (folder) => {
      turn.signal.throwIfAborted();
      // Each may take as long as the longest request.
      if (ends.length > 0 && Date.now() >= turn.endsAt) return;
      ends.push({ folderId: folder.folderId, ...(await endOf(turn, folder, commitNo)) });
    });
  } finally {
    turn.worked ||= ends.some(({ kind }) => kind === 'done');
  }
  const waitMs = await waitForItems({
    ends,
    probe: () => probeListing(turn.drive, turn.source.sourceId, turn.signal),
  });
  for (const end of ends) {
    if (end.kind === 'done') continue;
    await turn.writer.failListing(turn.source, end);
    turn.worked = true;
  }
  return waitMs;
}

async function endOf(turn: Turn, listing: FolderListing, commitNo: number): Promise<ItemEnd> {
  try {
    await listPage(turn, listing, commitNo);
    return { kind: 'done' };
  } catch (error) {
    if (error instanceof SyncFailure && (await isMended(turn, listing, error))) return { kind: 'done' };
    return itemFault(error, listing.tries);
  }
}

async function listPage(turn: Turn, listing: FolderListing, commitNo: number): Promise<void> {
  const { writer, drive, source, signal } = turn;
  const { folderId, trashed, pageToken, pageSize, tries } = listing;
  const q = folderQuery(folderId, trashed);
  const limitMs = pageLimitMs(pageSize, tries);
  const position = { q, orderBy: undefined, pageToken, folderId, pageSize, limitMs };
  const body = await drive.listFiles(driveIdOf(source.sourceId), position, signal);
  const result = await writer.commitChildren(source, { listing, commitNo }, body);
  if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
}

/** True where the listing goes on in another way, or has nothing to list. */
async function isMended(
  { writer, source }: Turn,
  { folderId, pageToken }: FolderListing,
  error: SyncFailure,
): Promise<boolean> {
  const { kind } = error;
  if (kind === 'not-found') {
    await writer.endListing(source, folderId);
    return true;
  }
  if (kind === 'page-token-rejected' && pageToken !== undefined) {
    await writer.restartListing(source, folderId);
    return true;
  }
  if (kind === 'too-slow' || kind === 'too-large') return await writer.shrinkListing(source, folderId, kind);
  // A drive that is lost is lost as a whole.
  if (kind === 'source-gone' && driveIdOf(source.sourceId) !== undefined) throw error;
  return false;
}

/**
 * Asks for the first file of a source, to tell whether Drive lists anything at all.
 * @throws whatever the request met.
 */
export async function probeListing(drive: DriveClient, sourceId: string, signal: AbortSignal): Promise<void> {
  const position = { q: 'trashed = false', orderBy: undefined, pageToken: undefined, pageSize: 1 };
  await drive.listFiles(driveIdOf(sourceId), position, signal);
}
