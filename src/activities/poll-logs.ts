import { setImmediate as nextTurn } from 'node:timers/promises';
import { FAILURES, SyncFailure } from '../model/failure';
import { LONG_LOG_PAGES, type LogToRead } from '../store/jobs/work-queue';
import type { Account } from './accounts';
import { failureKind, isCommonFault } from './failures';
import type { PassRef } from './inputs';
import { inParallel } from './parallel';
import { readLog } from './steps/read-log';
import { endFailedStep, turnError, type FailedStep, type Turn } from './source-turn';

/** What a turn of reading change logs came to. */
export interface PolledLogs {
  /** Logs are left to be read. */
  more: boolean;
  /** Sources need a child workflow. */
  work: boolean;
}

/** How a turn is bounded, in ms. */
export interface PollLimits {
  /** The whole turn. */
  turnMs: number;
  /** A turn that found work for child workflows ends after this, so that they can start. */
  workMs: number;
}

const LIMITS: PollLimits = { turnMs: 110_000, workMs: 2_000 };
/** Logs that are looked up in the store at once. */
const LOGS_A_BATCH = 1_000;
/** The limiter of requests decides how many of them are really in flight. */
const LOGS_AT_ONCE = 64;
/** Steps that the store does for a source by itself before a child workflow has to. */
const MOST_STEPS = 50;

/**
 * Reads the change logs of many sources at once and settles those that need nothing more. What needs listings, look-ups or a person is left to
 * child workflows. A source that fails holds up no other.
 */
export async function pollLogs(
  account: Account,
  pass: PassRef,
  signal: AbortSignal,
  limits: PollLimits = LIMITS,
): Promise<PolledLogs> {
  const startedAt = Date.now();
  let work = false;
  const isOver = (): boolean =>
    Date.now() - startedAt > (work ? limits.workMs : limits.turnMs) || signal.aborted;
  for (;;) {
    const logs = await account.writer.logsToRead(pass, LOGS_A_BATCH);
    if (logs.length === 0) return { more: false, work };
    await inParallel(logs, LOGS_AT_ONCE, async (log) => {
      if (isOver()) return;
      const end = await pollOne(account, { pass, log }, signal);
      work ||= end === 'work';
    });
    signal.throwIfAborted();
    if (isOver()) return { more: true, work };
  }
}

/** Reads one log; says whether its source needs a child workflow. */
async function pollOne(
  account: Account,
  { pass, log }: { pass: PassRef; log: LogToRead },
  signal: AbortSignal,
): Promise<'settled' | 'work'> {
  const { sourceId, ...first } = log;
  const source = { sourceId, epoch: pass.epoch, target: pass.target };
  const turn: Turn = { ...account, source, signal, worked: false, endsAt: Infinity };
  let pages = 0;
  const mayGoOn = (): boolean => (pages += 1) < LONG_LOG_PAGES;
  const end = await readLog(account, { turn: source, first, mayGoOn }, signal);
  if (end.kind === 'failed') {
    await endFailedLog(turn, { log: end.page, failures: end.page.failures, error: end.error });
    return 'work';
  }
  if (end.result.kind !== 'committed') return 'work';
  if (end.result.settled) return 'settled';
  return await advance(turn);
}

/** Has the store do what it can do for the source by itself. */
async function advance({ writer, source }: Turn): Promise<'settled' | 'work'> {
  for (let step = 0; step < MOST_STEPS; step++) {
    const work = await writer.advanceSource(source);
    if (work.kind === 'done') return 'settled';
    if (work.kind === 'hold') await writer.releaseSource(source, { held: true });
    if (work.kind !== 'more') return 'work';
    await nextTurn();
  }
  return 'work';
}

/** A fault that concerns all sources ends the activity; any other one is the source's own. */
async function endFailedLog(turn: Turn, failed: FailedStep): Promise<void> {
  const kind = failureKind(failed.error);
  const end = await endFailedStep(turn, failed);
  if (end.kind === 'mended' || end.kind === 'partial') return;
  if (isCommonFault(kind)) throw turnError(failed, end);
  if (end.kind !== 'failed') return;
  const message = failed.error instanceof SyncFailure ? failed.error.message : FAILURES[kind].says;
  await turn.writer.failSource(turn.source, { kind, message });
}
