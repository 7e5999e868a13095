import { setImmediate as nextTurn } from 'node:timers/promises';
import { SyncFailure } from '../model/failure';
import type { SourceOutcome } from '../model/job';
import type { SourceWork } from '../store/jobs/source-work';
import type { Account } from './accounts';
import type { SourceRef } from './inputs';
import { lookUpFiles } from './steps/look-up-files';
import { listFolders } from './steps/list-folders';
import { readLog } from './steps/read-log';
import { handleFailedStep, startCrawl, turnError, type FailedStep, type Turn } from './source-turn';

/**
 * The result of a turn. `more`: there is more to do, after `waitMs` if something failed. `crawl`: windows
 * must be listed first. `wait`: a person must decide. `hold`: the logs of other sources must be read first.
 * `done`: the source has this outcome.
 */
export type SourceSliceResult =
  | { state: 'more'; waitMs?: number }
  | { state: 'crawl' | 'wait' | 'hold' }
  | { state: 'done'; outcome: SourceOutcome };

const LONGEST_MS = 10_000;
const LOOKUPS_AT_ONCE = 20;

/**
 * Does everything for a source except listing its windows: follows its change log, lists changed folders,
 * looks up files that may be gone, and settles it. Committed work stays, however the turn ends. `endsAt`:
 * when the turn is over.
 */
export async function sourceSlice(
  account: Account,
  { sourceId, epoch, target }: SourceRef,
  signal: AbortSignal,
  endsAt = Date.now() + LONGEST_MS,
): Promise<SourceSliceResult> {
  const { writer } = account;
  const turn: Turn = { ...account, signal, source: { sourceId, epoch, target }, hasWritten: false, endsAt };
  do {
    signal.throwIfAborted();
    const work = await writer.advanceSource(turn.source);
    if (work.kind === 'superseded') throw new SyncFailure('superseded');
    if (work.kind === 'crawl' || work.kind === 'wait' || work.kind === 'hold') return { state: work.kind };
    if (work.kind === 'done') return { state: 'done', outcome: work.outcome };
    if (work.kind === 'more') {
      // A long series of the store's own steps must not delay heartbeats and cancellations.
      await nextTurn();
      continue;
    }
    const end = await withDrive(turn, work);
    const ended = typeof end === 'number' ? toWait(end) : await afterFailure(turn, end);
    if (ended !== undefined) return ended;
  } while (Date.now() < endsAt);
  return { state: 'more' };
}

function toWait(waitMs: number): SourceSliceResult | undefined {
  return waitMs > 0 ? { state: 'more', waitMs } : undefined;
}

/**
 * Returns the turn's result after a failed step; undefined if the turn continues. A turn that wrote something
 * ends normally with a wait; one that did not fails with that wait as its retry delay.
 */
async function afterFailure(turn: Turn, failed: FailedStep): Promise<SourceSliceResult | undefined> {
  const end = await handleFailedStep(turn, failed);
  if (end.kind === 'continue') return undefined;
  if (end.kind === 'partial') return { state: 'done', outcome: end.outcome };
  if (end.kind === 'retry' && turn.hasWritten) return toWait(end.waitMs);
  throw turnError(failed, end);
}

type DriveWork = Extract<SourceWork, { kind: 'start' | 'changes' | 'list' | 'ask' }>;
type LogWork = Extract<DriveWork, { kind: 'changes' }>;

/** Returns the step that failed, or how long to wait before the next one, in ms. */
async function withDrive(turn: Turn, work: DriveWork): Promise<FailedStep | number> {
  if (work.kind === 'changes') return (await followLog(turn, work)) ?? 0;
  try {
    return await doWork(turn, work);
  } catch (error) {
    return { failures: work.failures, error };
  }
}

/** Returns how long to wait before the next turn, in ms, since everything left has just failed. */
async function doWork(turn: Turn, work: Exclude<DriveWork, LogWork>): Promise<number> {
  switch (work.kind) {
    case 'start':
      await startCrawl(turn, undefined);
      return 0;
    case 'list':
      return await listFolders(turn, work.folders, work.commitNo);
    case 'ask':
      return await lookUpFiles(work.files, {
        ...turn,
        atOnce: LOOKUPS_AT_ONCE,
        async write(answers) {
          await turn.writer.commitAnswers(turn.source, answers, work.commitNo);
          turn.hasWritten = true;
        },
      });
  }
}

/** Follows the log to its end or to the end of the turn; returns the page that failed. */
async function followLog(turn: Turn, first: LogWork): Promise<FailedStep | undefined> {
  const reading = {
    turn: turn.source,
    first,
    onCommit: () => void (turn.hasWritten = true),
    mayContinue: () => Date.now() < turn.endsAt,
  };
  const end = await readLog(turn, reading, turn.signal);
  if (end.kind === 'done') return undefined;
  return { log: end.page, failures: end.page.failures, error: end.error };
}
