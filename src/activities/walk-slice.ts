import { setImmediate as nextTurn } from 'node:timers/promises';
import { toFileRecord } from '../model/file';
import { FAILURES, SyncFailure, type FailureKind } from '../model/failure';
import { folderQuery } from '../planning/window';
import type { OpenCandidate } from '../store/candidates';
import type { WalkAnswer } from '../store/walk';
import type { WalkFolder } from '../store/walk-folders';
import type { Account } from './accounts';
import { buildIndexes } from './build-indexes';
import { failureKind, verdict } from './failures';
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
/** Answers that are written together. */
const ANSWERS_AT_ONCE = 50;

/** Failures that may concern one folder or file only; `final` where another try at once is pointless. All others stop the walk. */
const OF_ONE_ITEM: ReadonlyMap<FailureKind, { final: boolean }> = new Map([
  ['transient', { final: false }],
  ['malformed', { final: false }],
  ['too-slow', { final: false }],
  ['too-large', { final: false }],
  ['page-token-rejected', { final: false }],
  ['bad-request', { final: true }],
  ['file-forbidden', { final: true }],
  ['not-found', { final: true }],
]);

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

async function listFolders(turn: WalkTurn, folders: readonly WalkFolder[], commitNo: number): Promise<void> {
  await inParallel(folders, REQUESTS_AT_ONCE, async (folder) => {
    turn.signal.throwIfAborted();
    if (Date.now() < turn.endsAt) await listFolder(turn, folder, commitNo);
  });
}

/** Lists one page of a folder's children. A folder that cannot be listed holds up no other. */
async function listFolder(turn: WalkTurn, folder: WalkFolder, commitNo: number): Promise<void> {
  const { writer, drive, lease, signal } = turn;
  const { folderId, trashed, pageToken } = folder;
  const position = { q: folderQuery(folderId, trashed), orderBy: undefined, pageToken, folderId };
  try {
    const body = await drive.listFiles(undefined, position, signal);
    const asked = { lease, folder, commitNo, sentAt: body.sentAt };
    const result = await writer.commitWalkPage(asked, body);
    if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
    if (result === 'committed') turn.pages += 1;
  } catch (error) {
    signal.throwIfAborted();
    const kind = failureKind(error);
    const refusal = error instanceof SyncFailure ? OF_ONE_ITEM.get(kind) : undefined;
    if (refusal === undefined) throw error;
    if (kind === 'page-token-rejected' && pageToken !== undefined)
      await writer.restartWalkFolder(lease, folderId);
    else await writer.refuseWalkFolder(lease, folderId, { kind, ...refusal });
  }
  turn.worked = true;
}

/** Asks for files one by one, and writes the answers in groups. */
async function askForFiles(turn: WalkTurn, files: readonly OpenCandidate[], commitNo: number): Promise<void> {
  let answers: WalkAnswer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await turn.writer.commitWalkAnswers(turn.lease, group, commitNo);
    turn.worked ||= group.length > 0;
  };
  try {
    await inParallel(files, REQUESTS_AT_ONCE, async (file) => {
      turn.signal.throwIfAborted();
      if (Date.now() >= turn.endsAt) return;
      const answer = await answerOf(turn, file);
      // Only now: another request may have put a new list in place meanwhile.
      answers.push(answer);
      if (answers.length >= ANSWERS_AT_ONCE) await flush();
    });
  } finally {
    await flush();
  }
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
    if (!(error instanceof SyncFailure) || !OF_ONE_ITEM.has(error.kind)) throw error;
    if (error.kind === 'not-found') return { kind: 'gone', fileId };
    const isRefused = error.kind === 'file-forbidden' || error.kind === 'bad-request';
    return { kind: isRefused ? 'unknown' : 'failed', fileId };
  }
}
