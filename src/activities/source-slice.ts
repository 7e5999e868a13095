import { setImmediate as nextTurn } from 'node:timers/promises';
import { toFileRecord } from '../model/file';
import { SyncFailure } from '../model/failure';
import type { SourceOutcome } from '../model/job';
import { folderQuery } from '../planning/window';
import type { OpenCandidate } from '../store/candidates';
import type { Answer } from '../store/folder-pages';
import type { FolderListing } from '../store/folder-work';
import type { SourceWork } from '../store/source-work';
import type { Account } from './accounts';
import { answerInGroups } from './answer-groups';
import type { SourceRef } from './inputs';
import { inParallel } from './parallel';
import { driveIdOf, readLog } from './read-log';
import { endFailedStep, startCrawl, turnError, type FailedStep, type Turn } from './source-turn';

/**
 * What a turn came to. `more`: it goes on, after `waitMs` if something went wrong. `crawl`: windows have to be listed first. `wait`: a person has to
 * decide. `hold`: the logs of other sources have to be read first. `done`: the source came out so.
 */
export type SourceSliceResult =
  | { state: 'more'; waitMs?: number }
  | { state: 'crawl' | 'wait' | 'hold' }
  | { state: 'done'; outcome: SourceOutcome };

const LONGEST_MS = 10_000;
/** Requests in flight: one listing costs twenty times the quota of a look-up. */
const LISTINGS_AT_ONCE = 8;
const LOOKUPS_AT_ONCE = 20;

/**
 * Does what a source needs besides its crawl: follows its change log, lists what is in changed folders, asks for files that may be gone, and settles
 * it. Whatever is committed stays, however the turn ends. `endsAt`: when the turn is over.
 */
export async function sourceSlice(
  account: Account,
  { sourceId, epoch, target }: SourceRef,
  signal: AbortSignal,
  endsAt = Date.now() + LONGEST_MS,
): Promise<SourceSliceResult> {
  const { writer } = account;
  const turn: Turn = { ...account, signal, source: { sourceId, epoch, target }, worked: false, endsAt };
  do {
    signal.throwIfAborted();
    const work = await writer.advanceSource(turn.source);
    if (work.kind === 'superseded') throw new SyncFailure('superseded');
    if (work.kind === 'crawl' || work.kind === 'wait' || work.kind === 'hold') return { state: work.kind };
    if (work.kind === 'done') return { state: 'done', outcome: work.outcome };
    if (work.kind === 'more') {
      // Many steps of the store's own in a row must not keep heartbeats and cancellations waiting.
      await nextTurn();
      continue;
    }
    const failed = await withDrive(turn, work);
    const waitMs = failed === undefined ? 0 : await waitAfter(turn, failed);
    if (waitMs > 0) return { state: 'more', waitMs };
  } while (Date.now() < endsAt);
  return { state: 'more' };
}

/** A turn that wrote something ends normally with a wait; one that did not fails with the wait as its retry delay. */
async function waitAfter(turn: Turn, failed: FailedStep): Promise<number> {
  const end = await endFailedStep(turn, failed);
  if (end.kind === 'mended') return 0;
  if (end.kind === 'again' && turn.worked) return end.waitMs;
  throw turnError(failed, end);
}

type DriveWork = Extract<SourceWork, { kind: 'start' | 'changes' | 'list' | 'ask' }>;
type LogWork = Extract<DriveWork, { kind: 'changes' }>;

async function withDrive(turn: Turn, work: DriveWork): Promise<FailedStep | undefined> {
  if (work.kind === 'changes') return await followLog(turn, work);
  try {
    await doWork(turn, work);
    return undefined;
  } catch (error) {
    return { failures: work.failures, error };
  }
}

async function doWork(turn: Turn, work: Exclude<DriveWork, LogWork>): Promise<void> {
  switch (work.kind) {
    case 'start':
      return await startCrawl(turn, undefined);
    case 'list':
      return await inParallel(work.folders, LISTINGS_AT_ONCE, (folder) =>
        listFolder(turn, folder, work.commitNo),
      );
    case 'ask':
      return await askForFiles(turn, work.files, work.commitNo);
  }
}

/** Follows the log to its end, or to that of the turn; returns the page that failed. */
async function followLog(turn: Turn, first: LogWork): Promise<FailedStep | undefined> {
  const reading = {
    turn: turn.source,
    first,
    onCommit: () => void (turn.worked = true),
    mayGoOn: () => Date.now() < turn.endsAt,
  };
  const end = await readLog(turn, reading, turn.signal);
  if (end.kind === 'done') return undefined;
  return { log: end.page, failures: end.page.failures, error: end.error };
}

/** Lists one page of a folder's children. */
async function listFolder(turn: Turn, listing: FolderListing, commitNo: number): Promise<void> {
  const { writer, drive, source, signal } = turn;
  signal.throwIfAborted();
  const { folderId, trashed, pageToken } = listing;
  const position = { q: folderQuery(folderId, trashed), orderBy: undefined, pageToken, folderId };
  try {
    const body = await drive.listFiles(driveIdOf(source.sourceId), position, signal);
    const result = await writer.commitChildren(source, { listing, commitNo }, body);
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

async function askForFiles(turn: Turn, files: readonly OpenCandidate[], commitNo: number): Promise<void> {
  await answerInGroups<OpenCandidate, Answer>(files, {
    atOnce: LOOKUPS_AT_ONCE,
    ask: async (file) => await askForFile(turn, file),
    async write(answers) {
      await turn.writer.commitAnswers(turn.source, answers, commitNo);
      turn.worked = true;
    },
  });
}

/** Asks for one file. What Drive refuses to tell of it is an answer, too; anything else is thrown. */
export async function askForFile(
  { drive, signal }: Pick<Turn, 'drive' | 'signal'>,
  { fileId, resourceKey }: OpenCandidate,
): Promise<Answer> {
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
