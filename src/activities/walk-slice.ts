import { setImmediate as nextTurn } from 'node:timers/promises';
import { FAILURES, SyncFailure } from '../model/failure';
import { USER_SOURCE } from '../model/job';
import { pageLimitMs } from '../planning/page-size';
import type { ItemFault } from '../planning/patience';
import { folderQuery } from '../planning/window';
import type { WalkFolder } from '../store/walk/walk-folders';
import type { Account } from './accounts';
import { askForFiles } from './steps/ask-for-files';
import { buildIndexes } from './steps/build-indexes';
import { failureKind, verdict } from './failures';
import { itemFault, workOnItems } from './steps/item-faults';
import { probeListing } from './steps/list-folders';

/** What a turn of the walk came to. `more`: it goes on, after `waitMs` if there is something to wait for. `pages`: what it has committed. */
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
  worked: boolean;
}

const LONGEST_MS = 10_000;
/** The limiter of requests decides how many are really in flight. */
const REQUESTS_AT_ONCE = 64;

/**
 * Lists folders that others share with the user, and asks for what is missing from them, with requests that wait for all others. Whatever is
 * committed stays, however the turn ends. `lease`: that of the walk's run.
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
    worked: false,
  };
  try {
    const { state, waitMs } = await workUntilEnd(turn);
    return { state, pages: turn.pages, ...(waitMs !== undefined && { waitMs }) };
  } finally {
    const units = background.takeUnits();
    if (units > 0) await writer.noteWalkUnits(units).catch(() => undefined);
    if (turn.worked && !signal.aborted) await buildIndexes(writer, signal);
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
      // Many steps of the store's own in a row must not keep heartbeats and cancellations waiting.
      await nextTurn();
      continue;
    }
    try {
      if (work.kind === 'list') await listFolders(turn, work.folders, work.commitNo);
      else
        await askForFiles(work.files, {
          ...turn,
          atOnce: REQUESTS_AT_ONCE,
          async write(answers) {
            await writer.commitWalkAnswers(lease, answers, work.commitNo);
            turn.worked = true;
          },
        });
    } catch (error) {
      return { state: 'more', waitMs: waitAfter(turn, error) };
    }
  } while (Date.now() < endsAt);
  return { state: 'more' };
}

/** A turn that wrote something ends normally with a wait; one that did not fails, and its activity is retried. */
function waitAfter({ worked, signal }: WalkTurn, error: unknown): number {
  signal.throwIfAborted();
  const { kind, delayMs } = verdict(error, 1);
  if (!worked || FAILURES[kind].retry !== 'wait') throw error;
  return Math.max(1, delayMs);
}

/** Lists one page of each folder's children. A folder that cannot be listed holds up no other. */
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
      turn.worked = true;
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
  turn.worked = true;
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
  if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
  if (result === 'committed') turn.pages += 1;
}
