import { setImmediate as nextTurn } from 'node:timers/promises';
import { SyncFailure } from '../model/failure';
import { toFileRecord } from '../model/file';
import { USER_SOURCE, type SourceOutcome } from '../model/job';
import type { OpenCandidate } from '../store/candidates';
import type { ChangeCommit } from '../store/change-log';
import type { Answer } from '../store/folder-pages';
import type { FolderListing } from '../store/folder-work';
import type { SourceTurn } from '../store/transactor';
import type { SourceWork } from '../store/source-work';
import { folderQuery } from '../planning/window';
import type { Account } from './accounts';
import { toTemporalFailure, verdict } from './failures';
import type { SourceRef } from './inputs';
import { followChain } from './page-chain';
import { inParallel } from './parallel';

/**
 * What a turn came to. `more`: it goes on, after `waitMs` if something went wrong. `crawl`: windows have to be listed first. `wait`: a person has to
 * decide. `done`: the source came out so; `found`: there are sources that no turn of this job start has worked on.
 */
export type SourceSliceResult =
  | { state: 'more'; waitMs?: number }
  | { state: 'crawl' }
  | { state: 'wait' }
  | { state: 'done'; outcome: SourceOutcome; found: boolean };

const LONGEST_MS = 10_000;
/** Pages of a log that are handed on before the first of them is committed. */
const LOG_PAGES_AT_ONCE = 32;
/** Requests in flight: one listing costs twenty times the quota of a look-up. */
const LISTINGS_AT_ONCE = 8;
const LOOKUPS_AT_ONCE = 20;
/** Answers that are written together. */
const ANSWERS_AT_ONCE = 50;

interface Turn extends Account {
  source: SourceTurn;
  driveId: string | undefined;
  signal: AbortSignal;
  /** Something was written. */
  worked: boolean;
  /** When the turn is over, in ms. */
  endsAt: number;
}

/**
 * Does what a source needs besides its crawl: follows its change log, lists what is in changed folders, asks for files that may be gone, and settles
 * it. Whatever is committed stays, however the turn ends.
 */
export async function sourceSlice(
  { writer, drive }: Account,
  { sourceId, epoch }: SourceRef,
  signal: AbortSignal,
): Promise<SourceSliceResult> {
  const driveId = sourceId === USER_SOURCE ? undefined : sourceId;
  const turn: Turn = {
    writer,
    drive,
    signal,
    source: { sourceId, epoch },
    driveId,
    worked: false,
    endsAt: Date.now() + LONGEST_MS,
  };
  while (Date.now() < turn.endsAt) {
    signal.throwIfAborted();
    const work = await writer.advanceSource(turn.source);
    if (work.kind === 'superseded') throw new SyncFailure('superseded');
    if (work.kind === 'crawl' || work.kind === 'wait') return { state: work.kind };
    if (work.kind === 'done') return { state: 'done', outcome: work.outcome, found: work.found };
    if (work.kind === 'more') {
      // Many steps of the store's own in a row must not keep heartbeats and cancellations waiting.
      await nextTurn();
      continue;
    }
    const failed = await withDrive(turn, work);
    const waitMs = failed === undefined ? 0 : await handleFailure(turn, failed);
    if (waitMs > 0) return { state: 'more', waitMs };
  }
  return { state: 'more' };
}

type DriveWork = Extract<SourceWork, { kind: 'start' | 'changes' | 'list' | 'ask' }>;
type LogWork = Extract<DriveWork, { kind: 'changes' }>;

/** What could not be done, and why. */
interface FailedWork {
  work: DriveWork;
  error: unknown;
}

async function withDrive(turn: Turn, work: DriveWork): Promise<FailedWork | undefined> {
  if (work.kind === 'changes') return await followLog(turn, work);
  try {
    await doWork(turn, work);
    return undefined;
  } catch (error) {
    return { work, error };
  }
}

async function doWork(turn: Turn, work: Exclude<DriveWork, LogWork>): Promise<void> {
  switch (work.kind) {
    case 'start':
      return await startCrawl(turn, undefined);
    case 'list':
      return await inParallel(work.folders, LISTINGS_AT_ONCE, (folder) => listFolder(turn, folder));
    case 'ask':
      return await askForFiles(turn, work.files);
  }
}

/** Follows the log to its end, or to that of the turn; returns the page that failed. */
async function followLog(turn: Turn, first: LogWork): Promise<FailedWork | undefined> {
  const { drive, driveId, source, signal } = turn;
  const end = await followChain<LogWork, ChangeCommit>(
    {
      ask: ({ token }) => drive.listChanges(driveId, { token }, signal),
      commit: ({ token }, body, onAhead) => commitLogPage(turn, [source, token, body, onAhead]),
      after: (work, token) => (Date.now() < turn.endsAt ? { ...work, token, failures: 0 } : undefined),
      // Else the log has moved on without this turn.
      goesOn: (result) => result === 'committed',
      most: LOG_PAGES_AT_ONCE,
    },
    first,
  );
  return end.kind === 'failed' ? { work: end.page, error: end.error } : undefined;
}

async function commitLogPage(
  turn: Turn,
  page: Parameters<Account['writer']['commitChanges']>,
): Promise<ChangeCommit> {
  const result = await turn.writer.commitChanges(...page);
  if (result === 'circular')
    throw new SyncFailure('malformed', { detail: 'the change log runs in a circle' });
  turn.worked = true;
  return result;
}

/** Lists one page of a folder's children. */
async function listFolder(turn: Turn, listing: FolderListing): Promise<void> {
  const { writer, drive, source, driveId, signal } = turn;
  signal.throwIfAborted();
  const { folderId, trashed, pageToken } = listing;
  const position = { q: folderQuery(folderId, trashed), orderBy: undefined, pageToken, folderId };
  try {
    const body = await drive.listFiles(driveId, position, signal);
    const result = await writer.commitChildren(source, listing, body);
    if (result === 'circular') throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    if (error.kind === 'not-found') await writer.endListing(source, folderId);
    else if (error.kind === 'page-token-rejected' && pageToken !== undefined)
      await writer.restartListing(source, folderId);
    else throw error;
  }
  turn.worked = true;
}

/** Asks for files one by one, and writes the answers in groups. */
async function askForFiles(turn: Turn, files: readonly OpenCandidate[]): Promise<void> {
  let answers: Answer[] = [];
  const flush = async (): Promise<void> => {
    const group = answers;
    answers = [];
    if (group.length > 0) await turn.writer.commitAnswers(turn.source, group);
    turn.worked ||= group.length > 0;
  };
  try {
    await inParallel(files, LOOKUPS_AT_ONCE, async (file) => {
      const answer = await askForFile(turn, file);
      // Only now: another lane may have put a new list in place meanwhile.
      answers.push(answer);
      if (answers.length >= ANSWERS_AT_ONCE) await flush();
    });
  } finally {
    await flush();
  }
}

async function askForFile({ drive, signal }: Turn, { fileId, resourceKey }: OpenCandidate): Promise<Answer> {
  signal.throwIfAborted();
  try {
    const file = toFileRecord(await drive.getFile(fileId, resourceKey, signal));
    return file?.id === fileId ? { kind: 'found', fileId, file } : { kind: 'unknown', fileId };
  } catch (error) {
    if (!(error instanceof SyncFailure)) throw error;
    if (error.kind === 'not-found') return { kind: 'gone', fileId };
    // Drive refuses to tell of this one file; that it is gone is only one reason of several.
    if (error.kind === 'file-forbidden' || error.kind === 'bad-request') return { kind: 'unknown', fileId };
    throw error;
  }
}

/** A log whose token is rejected again and again without a page between is no log to follow. */
const MOST_DEAD_TOKENS = 2;

/**
 * A lost drive is let go of, and a dead change token answered by a new crawl, both at once. Anything else is counted in the store; a turn
 * that wrote something ends normally with a wait, one that did not fails with the wait as its retry delay.
 */
async function handleFailure(turn: Turn, { work, error }: FailedWork): Promise<number> {
  const { writer, source, driveId, signal } = turn;
  signal.throwIfAborted();
  if (error instanceof SyncFailure && error.kind === 'source-gone' && driveId !== undefined) {
    await writer.leaveSource(source);
    return 0;
  }
  const attempt = await countFailure(turn, work.failures + 1, error);
  const isDeadToken =
    work.kind === 'changes' && error instanceof SyncFailure && error.kind === 'page-token-rejected';
  if (isDeadToken && attempt <= MOST_DEAD_TOKENS) {
    await startCrawl(turn, work.token);
    return 0;
  }
  const { delayMs, final } = verdict(error, attempt);
  if (!final && !isDeadToken && turn.worked) return Math.max(1, delayMs);
  throw toTemporalFailure(error, isDeadToken ? Infinity : attempt);
}

/**
 * Opens a crawl with a start token of its own, for a source that has no log to follow: what changed since a dead token is lost, and only a
 * crawl can tell.
 */
async function startCrawl(turn: Turn, deadToken: string | undefined): Promise<void> {
  const { writer, drive, source, driveId, signal } = turn;
  const openedAt = drive.serverTime();
  const startToken = await drive.startPageToken(driveId, signal);
  const start = { sourceId: source.sourceId, startToken, openedAt, replaces: deadToken };
  await writer.openGenerations(source.epoch, [start]);
}

/** Notes the failure with the source; where not even that can be written (a full disk), it counts as the first. */
async function countFailure({ writer, source }: Turn, attempt: number, error: unknown): Promise<number> {
  const { kind, delayMs } = verdict(error, attempt);
  try {
    return Math.max(1, await writer.recordSourceFailure(source, kind, Date.now() + delayMs));
  } catch {
    return attempt;
  }
}
