import { setImmediate as nextTurn } from 'node:timers/promises';
import { FAILURES, SyncFailure } from '../model/failure';
import { USER_SOURCE } from '../model/job';
import { pageLimitMs } from '../planning/page-size';
import type { ItemFault } from '../planning/patience';
import { folderQuery } from '../planning/window';
import type { WalkFolder } from '../store/walk/walk-folders';
import type { Account } from './accounts';
import { lookUpFiles } from './steps/look-up-files';
import { buildIndexes } from './steps/build-indexes';
import { failureKind, retryDecision } from './failures';
import { itemFault, workOnItems } from './steps/item-faults';
import { probeListing } from './steps/list-folders';

/**
 * The result of a turn of the walk. `more`: there is more to do, after `waitMs` if nothing can be done now.
 * `pages`: committed pages.
 */
export interface WalkSliceResult {
  state: 'more' | 'done';
  pages: number;
  waitMs?: number;
}

interface WalkTurn extends Account {
  lease: number;
  signal: AbortSignal;
  endsAt: number;
  pages: number;
  /** Something was written. */
  hasWritten: boolean;
}

const LONGEST_MS = 10_000;
/** Only the limiter decides how many requests are really in flight. */
const REQUESTS_AT_ONCE = 64;

/**
 * Lists folders that others share with the user, and looks up files that are missing from them. Its requests
 * wait for all others. Committed work stays, however the turn ends. `lease`: that of the walk's run.
 */
export async function walkSlice(
  account: Account,
  { lease }: { lease: number },
  signal: AbortSignal,
): Promise<WalkSliceResult> {
  const { writer } = account;
  const background = account.drive.inBackground();
  const endsAt = Date.now() + LONGEST_MS;
  const turn: WalkTurn = {
    ...account,
    drive: background,
    lease,
    signal,
    endsAt,
    pages: 0,
    hasWritten: false,
  };
  try {
    const { state, waitMs } = await workUntilEnd(turn);
    return { state, pages: turn.pages, ...(waitMs !== undefined && { waitMs }) };
  } finally {
    const units = background.takeUnits();
    if (units > 0) await writer.noteWalkUnits(units).catch(() => undefined);
    if (turn.hasWritten && !signal.aborted) await buildIndexes(writer, signal);
  }
}

async function workUntilEnd(turn: WalkTurn): Promise<Omit<WalkSliceResult, 'pages'>> {
  const { writer, lease, signal, endsAt } = turn;
  do {
    signal.throwIfAborted();
    const work = await writer.walkWork(lease);
    if (work.kind === 'superseded') throw new SyncFailure('superseded');
    if (work.kind === 'done') return { state: 'done' };
    if (work.kind === 'wait') return { state: 'more', waitMs: work.waitMs };
    if (work.kind === 'more') {
      // A long series of the store's own steps must not delay heartbeats and cancellations.
      await nextTurn();
      continue;
    }
    try {
      if (work.kind === 'list') await listFolders(turn, work.folders, work.commitNo);
      else
        await lookUpFiles(work.files, {
          ...turn,
          atOnce: REQUESTS_AT_ONCE,
          async write(answers) {
            await writer.commitWalkAnswers(lease, answers, work.commitNo);
            turn.hasWritten = true;
          },
        });
    } catch (error) {
      return { state: 'more', waitMs: waitAfter(turn, error) };
    }
  } while (Date.now() < endsAt);
  return { state: 'more' };
}

/** A turn that wrote something ends normally with a wait. One that did not fails, and Temporal retries it. */
function waitAfter({ hasWritten, signal }: WalkTurn, error: unknown): number {
  signal.throwIfAborted();
  const { kind, delayMs } = retryDecision(error, 1);
  if (!hasWritten || FAILURES[kind].retry !== 'wait') throw error;
  return Math.max(1, delayMs);
}

/** Lists one page of each folder's children. A folder that fails blocks no other. */
async function listFolders(turn: WalkTurn, folders: readonly WalkFolder[], commitNo: number): Promise<void> {
  const { writer, drive, log, lease, signal, endsAt } = turn;
  await workOnItems(folders, {
    what: 'listings of folders shared by others',
    log,
    signal,
    endsAt,
    atOnce: REQUESTS_AT_ONCE,
    ask: (folder) => faultOf(turn, folder, commitNo),
    probe: () => probeListing(drive, USER_SOURCE, signal),
    async fail({ folderId }, fault) {
      await writer.refuseWalkFolder(lease, folderId, fault);
      turn.hasWritten = true;
    },
  });
}

async function faultOf(turn: WalkTurn, folder: WalkFolder, commitNo: number): Promise<ItemFault | undefined> {
  try {
    await listPage(turn, folder, commitNo);
  } catch (error) {
    turn.signal.throwIfAborted();
    if (failureKind(error) !== 'page-token-rejected' || folder.pageToken === undefined)
      return itemFault(error);
    turn.log.write('warn', 'page token of a folder rejected');
    await turn.writer.restartWalkFolder(turn.lease, folder.folderId);
  }
  turn.hasWritten = true;
  return undefined;
}

async function listPage(turn: WalkTurn, folder: WalkFolder, commitNo: number): Promise<void> {
  const { writer, drive, lease, signal } = turn;
  const { folderId, trashed, pageToken, pageSize } = folder;
  const limitMs = pageLimitMs(pageSize);
  const q = folderQuery(folderId, trashed);
  const position = { q, orderBy: undefined, pageToken, folderId, pageSize, limitMs };
  const body = await drive.listFiles(undefined, position, signal);
  const result = await writer.commitWalkPage({ lease, folder, commitNo, sentAt: body.sentAt }, body);
  if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing loops' });
  if (result === 'committed') turn.pages += 1;
}
