import type { DriveClient } from '../../drive/client';
import { SyncFailure } from '../../model/failure';
import { pageLimitMs } from '../../planning/page-size';
import { folderQuery } from '../../planning/window';
import type { ItemFault } from '../../planning/patience';
import type { FolderListing } from '../../store/folders/folder-work';
import { itemFault, workOnItems } from './item-faults';
import { driveIdOf } from './read-log';
import type { Turn } from '../source-turn';

/** Only the limiter decides how many requests are really in flight. */
const LISTINGS_AT_ONCE = 64;

/**
 * Lists one page of each folder's children. A folder that fails blocks no other; the store counts its
 * failures. Returns how long to wait before the next turn, in ms.
 * @throws what concerns more than single folders.
 */
export async function listFolders(
  turn: Turn,
  folders: readonly FolderListing[],
  commitNo: number,
): Promise<number> {
  const { writer, drive, source, signal, endsAt } = turn;
  return await workOnItems(folders, {
    what: 'listings of folders',
    log: turn.log,
    signal,
    endsAt,
    atOnce: LISTINGS_AT_ONCE,
    ask: async (folder) => {
      const fault = await faultOf(turn, folder, commitNo);
      turn.hasWritten ||= fault === undefined;
      return fault;
    },
    probe: () => probeListing(drive, source.sourceId, signal),
    async fail({ folderId }, fault) {
      await writer.failListing(source, { ...fault, folderId });
      turn.hasWritten = true;
    },
  });
}

async function faultOf(turn: Turn, listing: FolderListing, commitNo: number): Promise<ItemFault | undefined> {
  try {
    await listPage(turn, listing, commitNo);
    return undefined;
  } catch (error) {
    if (error instanceof SyncFailure && (await isHandled(turn, listing, error))) return undefined;
    return itemFault(error);
  }
}

async function listPage(turn: Turn, listing: FolderListing, commitNo: number): Promise<void> {
  const { writer, drive, source, signal } = turn;
  const { folderId, trashed, pageToken, pageSize } = listing;
  const q = folderQuery(folderId, trashed);
  const limitMs = pageLimitMs(pageSize);
  const position = { q, orderBy: undefined, pageToken, folderId, pageSize, limitMs };
  const body = await drive.listFiles(driveIdOf(source.sourceId), position, signal);
  const result = await writer.commitChildren(source, { listing, commitNo }, body);
  if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing loops' });
  if (result === 'refused')
    turn.log.write('info', 'late listing of a folder refused', { source: source.sourceId });
}

/** True if the listing continues in another way, or has nothing to list. */
async function isHandled(
  { writer, source, log }: Turn,
  { folderId, pageToken }: FolderListing,
  error: SyncFailure,
): Promise<boolean> {
  const { kind } = error;
  if (kind === 'not-found') {
    await writer.endListing(source, folderId);
    return true;
  }
  if (kind === 'page-token-rejected' && pageToken !== undefined) {
    log.write('warn', 'page token of a folder rejected', { source: source.sourceId });
    await writer.restartListing(source, folderId);
    return true;
  }
  // The whole drive is lost, not only this folder.
  if (kind === 'source-gone' && driveIdOf(source.sourceId) !== undefined) throw error;
  return false;
}

/**
 * Requests the first file of a source, to find out whether Drive lists anything at all.
 * @throws the failure of the request.
 */
export async function probeListing(drive: DriveClient, sourceId: string, signal: AbortSignal): Promise<void> {
  const position = { q: 'trashed = false', orderBy: undefined, pageToken: undefined, pageSize: 1 };
  await drive.listFiles(driveIdOf(sourceId), position, signal);
}
