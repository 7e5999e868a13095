import { setImmediate as nextTurn } from 'node:timers/promises';
import { FAILURES, SyncFailure } from '../model/failure';
import { LONG_LOG_PAGES, type LogToRead } from '../store/jobs/work-queue';
import type { Account } from './accounts';
import { failureKind, isCommonFault } from './failures';
import type { PassRef } from './inputs';
import { inParallel } from './parallel';
import { readLog } from './steps/read-log';
import { handleFailedStep, turnError, type FailedStep, type Turn } from './source-turn';

/** The result of a turn. */
export interface PolledLogs {
  /** Some logs are still to be read. */
  more: boolean;
  /** Sources need a child workflow. */
  work: boolean;
}

/** The limits of a turn, in ms. */
export interface PollLimits {
  /** The whole turn. */
  turnMs: number;
  /** A turn that found work for child workflows ends after this, so that they can start. */
  workMs: number;
}

const LIMITS: PollLimits = { turnMs: 110_000, workMs: 2_000 };
/** Logs that one query of the store returns. */
const LOGS_A_BATCH = 1_000;
/** Only the limiter decides how many requests are really in flight. */
const LOGS_AT_ONCE = 64;
/** After this many steps of the store alone, a source goes to a child workflow. */
const MOST_STEPS = 50;

/**
 * Reads the change logs of many sources at once and settles those that need nothing else. Listings, look-ups
 * and decisions of a person are left to child workflows. A source that fails blocks no other.
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

/** Reads one log; returns whether its source needs a child workflow. */
async function pollOne(
  account: Account,
  { pass, log }: { pass: PassRef; log: LogToRead },
  signal: AbortSignal,
): Promise<'settled' | 'work'> {
  const { sourceId, ...first } = log;
  const source = { sourceId, epoch: pass.epoch, target: pass.target };
  const turn: Turn = { ...account, source, signal, hasWritten: false, endsAt: Infinity };
  let pages = 0;
  const mayContinue = (): boolean => (pages += 1) < LONG_LOG_PAGES;
  const end = await readLog(account, { turn: source, first, mayContinue }, signal);
  if (end.kind === 'failed') {
    await handleFailedPoll(turn, { log: end.page, failures: end.page.failures, error: end.error });
    return 'work';
  }
  if (end.result.kind !== 'committed') return 'work';
  if (end.result.settled) return 'settled';
  return await advance(turn);
}

/** Lets the store take all steps that need no Drive. */
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

/** A fault of all sources ends the activity; any other fault is the source's own. */
async function handleFailedPoll(turn: Turn, failed: FailedStep): Promise<void> {
  const kind = failureKind(failed.error);
  const end = await handleFailedStep(turn, failed);
  if (end.kind === 'continue' || end.kind === 'partial') return;
  if (isCommonFault(kind)) throw turnError(failed, end);
  if (end.kind !== 'failed') return;
  const message = failed.error instanceof SyncFailure ? failed.error.message : FAILURES[kind].says;
  await turn.writer.failSource(turn.source, { kind, message });
}
