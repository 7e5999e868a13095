import { setImmediate as nextTurn } from 'node:timers/promises';
import { toFileRecord } from '../model/file';
import { FAILURES, SyncFailure, type FailureKind } from '../model/failure';
import { USER_SOURCE } from '../model/job';
import { pageLimitMs } from '../planning/page-size';
import { folderQuery } from '../planning/window';
import type { OpenCandidate } from '../store/candidates';
import type { WalkAnswer } from '../store/walk';
import type { WalkFolder } from '../store/walk-folders';
import type { Account } from './accounts';
import { answerInGroups } from './answer-groups';
import { buildIndexes } from './build-indexes';
import { failureKind, verdict } from './failures';
import { itemFault, waitForItems, type ItemEnd } from './item-faults';
import { probeListing } from './list-folders';
import { inParallel } from './parallel';

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
      else await askForFiles(turn, work.files, work.commitNo);
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
  const { writer, drive, lease, signal, endsAt } = turn;
  const ends: (ItemEnd & { folderId: string })[] = [];
  await inParallel(folders, REQUESTS_AT_ONCE, async (folder) => {
    signal.throwIfAborted();
    if (Date.now() >= endsAt) return;
    ends.push({ folderId: folder.folderId, ...(await endOf(turn, folder, commitNo)) });
  });
  await waitForItems({ ends, probe: () => probeListing(drive, USER_SOURCE, signal) });
  for (const end of ends) {
    if (end.kind === 'done') continue;
    await writer.refuseWalkFolder(lease, end.folderId, { kind: end.reason, final: end.refused });
    turn.worked = true;
  }
}

async function endOf(turn: WalkTurn, folder: WalkFolder, commitNo: number): Promise<ItemEnd> {
  try {
    await listPage(turn, folder, commitNo);
  } catch (error) {
    turn.signal.throwIfAborted();
    if (!(await goesOnDifferently(turn, folder, failureKind(error)))) return itemFault(error, 0);
  }
  turn.worked = true;
  return { kind: 'done' };
}

/** True where the listing starts again: its page token is rejected, or its pages are too slow or too large. */
async function goesOnDifferently(
  { writer, lease }: WalkTurn,
  { folderId, pageToken }: WalkFolder,
  kind: FailureKind,
): Promise<boolean> {
  if (kind === 'too-slow' || kind === 'too-large')
    return await writer.shrinkWalkFolder(lease, folderId, kind);
  if (kind !== 'page-token-rejected' || pageToken === undefined) return false;
  await writer.restartWalkFolder(lease, folderId);
  return true;
}

async function listPage(turn: WalkTurn, folder: WalkFolder, commitNo: number): Promise<void> {
  const { writer, drive, lease, signal } = turn;
  const { folderId, trashed, pageToken, pageSize, tries } = folder;
  const limitMs = pageLimitMs(pageSize, tries);
  const q = folderQuery(folderId, trashed);
  const position = { q, orderBy: undefined, pageToken, folderId, pageSize, limitMs };
  const body = await drive.listFiles(undefined, position, signal);
  const result = await writer.commitWalkPage({ lease, folder, commitNo, sentAt: body.sentAt }, body);
  if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
  if (result === 'committed') turn.pages += 1;
}

async function askForFiles(turn: WalkTurn, files: readonly OpenCandidate[], commitNo: number): Promise<void> {
  await answerInGroups<OpenCandidate, WalkAnswer>(files, {
    atOnce: REQUESTS_AT_ONCE,
    async ask(file) {
      turn.signal.throwIfAborted();
      return Date.now() < turn.endsAt ? await answerOf(turn, file) : undefined;
    },
    async write(answers) {
      await turn.writer.commitWalkAnswers(turn.lease, answers, commitNo);
      turn.worked = true;
    },
  });
}

async function answerOf(turn: WalkTurn, file: OpenCandidate): Promise<WalkAnswer> {
  const { drive, signal } = turn;
  const { fileId, resourceKey } = file;
  try {
    signal.throwIfAborted();
    const record = toFileRecord(await drive.getFile(fileId, resourceKey, signal));
    return record?.id === fileId ? { kind: 'found', fileId, file: record } : { kind: 'unknown', fileId };
  } catch (error) {
    signal.throwIfAborted();
    if (failureKind(error) === 'not-found') return { kind: 'gone', fileId };
    return { kind: itemFault(error, 0).refused ? 'unknown' : 'failed', fileId };
  }
}
