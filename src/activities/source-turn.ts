import { FAILURES, SyncFailure, type FailureKind } from '../model/failure';
import type { SourceOutcome } from '../model/job';
import type { SourceTurn } from '../model/pass';
import type { Account } from './accounts';
import { logFailure, MOST_FAILURES, toTemporalFailure, retryDecision } from './failures';
import { isItemFault } from './steps/item-faults';
import { pageFault } from '../planning/page-size';
import { driveIdOf, type LogCursor } from './steps/read-log';

/** One turn of an activity's work on a source. */
export interface Turn extends Account {
  source: SourceTurn;
  signal: AbortSignal;
  /** Something was written. */
  hasWritten: boolean;
  /** When the turn is over, in ms. */
  endsAt: number;
}

/** A step that failed, and why. `log`: the place in the change log, if it was being read. */
export interface FailedStep {
  log?: LogCursor;
  /** Failures in a row before this one. */
  failures: number;
  error: unknown;
}

/** A log whose tokens are rejected this often, without being read to its end, cannot be followed. */
const MOST_DEAD_TOKENS = 2;

/** After this many slow page sizes, a log is left to a later try, so that nobody waits for it. */
const MOST_SLOW_TRIES = 2;

/**
 * What follows from a failed step. `continue`: the turn goes on. `partial`: the source is left incomplete for
 * this request. `retry`: retry after `waitMs`. `failed`: the error for Temporal; it is final, or nothing was
 * written before it.
 */
export type StepEnd =
  | { kind: 'continue' }
  | { kind: 'partial'; outcome: SourceOutcome }
  | { kind: 'retry'; waitMs: number }
  | { kind: 'failed'; error: unknown; attempt: number; final: boolean };

/**
 * Stops following a lost drive, and starts a new crawl for a dead change token. The store counts any other
 * failure.
 */
export async function handleFailedStep(turn: Turn, failed: FailedStep): Promise<StepEnd> {
  const { writer, source, signal } = turn;
  const { log, failures, error } = failed;
  signal.throwIfAborted();
  logFailure(turn.log, error, { source: source.sourceId, failures: failures + 1 });
  const kind = error instanceof SyncFailure ? error.kind : undefined;
  if (kind === 'source-gone' && driveIdOf(source.sourceId) !== undefined) {
    await writer.leaveSource(source);
    return { kind: 'continue' };
  }
  if (log !== undefined && kind !== undefined) return await handleFailedLog(turn, { ...failed, log, kind });
  return endOf(error, await countFailure(turn, failed));
}

function endOf(error: unknown, attempt: number): StepEnd {
  const { delayMs, final } = retryDecision(error, attempt);
  if (!final) return { kind: 'retry', waitMs: Math.max(1, delayMs) };
  return { kind: 'failed', error, attempt, final: true };
}

type FailedLog = FailedStep & { log: LogCursor; kind: FailureKind };

/**
 * Requests smaller pages of a log if its pages are too large or too slow. A dead change token, or a page that
 * never comes, leads to a new crawl.
 */
async function handleFailedLog(turn: Turn, failed: FailedLog): Promise<StepEnd> {
  const { writer, source } = turn;
  const { kind } = failed;
  const { token } = failed.log;
  const fault = pageFault(kind, failed.failures + 1);
  const hasShrunk = fault !== undefined && (await writer.shrinkLog(source, token, fault));
  const isSlow = fault === 'too-slow' && failed.failures < MOST_SLOW_TRIES;
  const isAtOnce = hasShrunk && (isSlow || fault === 'too-large');
  const attempt = await countFailure(turn, failed, isAtOnce ? 0 : undefined);
  if (kind === 'page-token-rejected') return await handleRejectedToken(turn, { ...failed, attempt });
  if (isPageFault(failed) && attempt >= MOST_FAILURES) return await giveUpLog(turn, token);
  if (isAtOnce) return { kind: 'continue' };
  return endOf(failed.error, attempt);
}

async function handleRejectedToken(
  turn: Turn,
  { log, error, attempt }: FailedLog & { attempt: number },
): Promise<StepEnd> {
  const { token, deadTokens } = log;
  // Google may bind a token to the page size that it was made with.
  if (await turn.writer.restoreLogSize(turn.source, token))
    return attempt < MOST_FAILURES ? { kind: 'continue' } : await giveUpLog(turn, token);
  if (deadTokens >= MOST_DEAD_TOKENS) return { kind: 'failed', error, attempt: Infinity, final: true };
  turn.log.write('warn', 'change token rejected; a full crawl begins', { source: turn.source.sourceId });
  await startCrawl(turn, token);
  return { kind: 'continue' };
}

/** True if Drive does not deliver a page of a log, but another try may succeed. */
function isPageFault({ log, error }: FailedStep): boolean {
  const isOfDrive = error instanceof SyncFailure && isItemFault(error.kind);
  return (
    log !== undefined &&
    isOfDrive &&
    FAILURES[error.kind].retry === 'count' &&
    error.kind !== 'page-token-rejected'
  );
}

/**
 * A log cannot skip a page, so a page that never comes counts as a dead token. A source that has just had a
 * new token is left incomplete.
 */
async function giveUpLog(turn: Turn, token: string | undefined): Promise<StepEnd> {
  const { writer, source } = turn;
  turn.log.write('warn', 'a page of the change log cannot be had', { source: source.sourceId });
  if (!(await writer.mayDropLog(source)))
    return { kind: 'partial', outcome: await writer.leaveUnread(source) };
  await startCrawl(turn, token, true);
  return { kind: 'continue' };
}

/** The error that ends a turn without writes; its wait is the retry delay. */
export function turnError({ error, failures }: FailedStep, end: StepEnd): Error {
  return toTemporalFailure(error, end.kind === 'failed' ? end.attempt : failures + 1);
}

/**
 * Opens a crawl with its own start token, for a source that has no log to follow. Whatever changed since a
 * dead token is lost, so only a crawl can find it.
 */
export async function startCrawl(turn: Turn, deadToken: string | undefined, dropsLog = false): Promise<void> {
  const { writer, drive, source, signal } = turn;
  const openedAt = drive.serverTime();
  const startToken = await drive.startPageToken(driveIdOf(source.sourceId), signal);
  const start = { sourceId: source.sourceId, startToken, openedAt, replaces: deadToken, dropsLog };
  await writer.openGenerations(source.epoch, [start]);
}

/**
 * Records the failure with the source. If the store cannot be written to (a full disk), it counts as the
 * first.
 */
async function countFailure({ writer, source }: Turn, failed: FailedStep, waitMs?: number): Promise<number> {
  const attempt = failed.failures + 1;
  const { error } = failed;
  const { kind, delayMs } = retryDecision(error, attempt);
  const failure = { kind, delayMs: waitMs ?? delayMs, log: isPageFault(failed) };
  try {
    return Math.max(1, await writer.recordSourceFailure(source, failure));
  } catch {
    return attempt;
  }
}
