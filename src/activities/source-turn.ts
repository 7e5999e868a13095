import { FAILURES, SyncFailure, type FailureKind } from '../model/failure';
import type { SourceOutcome } from '../model/job';
import type { SourceTurn } from '../model/pass';
import type { Account } from './accounts';
import { logFailure, MOST_FAILURES, toTemporalFailure, verdict } from './failures';
import { isItemFault } from './steps/item-faults';
import { pageFault } from '../planning/page-size';
import { driveIdOf, type LogPlace } from './steps/read-log';

/** An activity's work on one source. */
export interface Turn extends Account {
  source: SourceTurn;
  signal: AbortSignal;
  /** Something was written. */
  worked: boolean;
  /** When the turn is over, in ms. */
  endsAt: number;
}

/** What could not be done, and why. `log`: the place in the change log, if it was being read. */
export interface FailedStep {
  log?: LogPlace;
  /** Failures in a row before this one. */
  failures: number;
  error: unknown;
}

/** A log whose tokens are rejected again and again before it was read to its end is no log to follow. */
const MOST_DEAD_TOKENS = 2;

/** A log that is slow at this many page sizes is left to a later try, so that nobody waits for it. */
const MOST_SLOW_TRIES = 2;

/**
 * What becomes of a failed step. `mended`: the work goes on. `partial`: the source is left incomplete for this request. `again`: after `waitMs`.
 * `failed`: the error as Temporal is to see it; it is final, or nothing was written before it.
 */
export type StepEnd =
  | { kind: 'mended' }
  | { kind: 'partial'; outcome: SourceOutcome }
  | { kind: 'again'; waitMs: number }
  | { kind: 'failed'; error: unknown; attempt: number; final: boolean };

/**
 * Stops following a lost drive and starts a new crawl for a dead change token, both at once. The store counts any other failure.
 */
export async function endFailedStep(turn: Turn, failed: FailedStep): Promise<StepEnd> {
  const { writer, source, signal } = turn;
  const { log, failures, error } = failed;
  signal.throwIfAborted();
  logFailure(turn.log, error, { source: source.sourceId, failures: failures + 1 });
  const kind = error instanceof SyncFailure ? error.kind : undefined;
  if (kind === 'source-gone' && driveIdOf(source.sourceId) !== undefined) {
    await writer.leaveSource(source);
    return { kind: 'mended' };
  }
  if (log !== undefined && kind !== undefined) return await endFailedLog(turn, { ...failed, log, kind });
  return endOf(error, await countFailure(turn, failed));
}

function endOf(error: unknown, attempt: number): StepEnd {
  const { delayMs, final } = verdict(error, attempt);
  if (!final) return { kind: 'again', waitMs: Math.max(1, delayMs) };
  return { kind: 'failed', error, attempt, final: true };
}

type FailedLog = FailedStep & { log: LogPlace; kind: FailureKind };

/** A log whose pages are too much is asked for smaller ones, a dead change token is answered by a new crawl, and so is a page that never comes. */
async function endFailedLog(turn: Turn, failed: FailedLog): Promise<StepEnd> {
  const { writer, source } = turn;
  const { kind } = failed;
  const { token } = failed.log;
  const fault = pageFault(kind, failed.failures + 1);
  const hasShrunk = fault !== undefined && (await writer.shrinkLog(source, token, fault));
  const isSlow = fault === 'too-slow' && failed.failures < MOST_SLOW_TRIES;
  const isAtOnce = hasShrunk && (isSlow || fault === 'too-large');
  const attempt = await countFailure(turn, failed, isAtOnce ? 0 : undefined);
  if (kind === 'page-token-rejected') return await endRejectedToken(turn, { ...failed, attempt });
  if (isPageFault(failed) && attempt >= MOST_FAILURES) return await giveUpLog(turn, token);
  if (isAtOnce) return { kind: 'mended' };
  return endOf(failed.error, attempt);
}

async function endRejectedToken(
  turn: Turn,
  { log, error, attempt }: FailedLog & { attempt: number },
): Promise<StepEnd> {
  const { token, deadTokens } = log;
  // Google may bind a token to the page size that it was made with.
  if (await turn.writer.restoreLogSize(turn.source, token))
    return attempt < MOST_FAILURES ? { kind: 'mended' } : await giveUpLog(turn, token);
  if (deadTokens >= MOST_DEAD_TOKENS) return { kind: 'failed', error, attempt: Infinity, final: true };
  turn.log.write('warn', 'change token rejected; a full crawl begins', { source: turn.source.sourceId });
  await startCrawl(turn, token);
  return { kind: 'mended' };
}

/** True where Drive does not give a page of a log, and another try may. */
function isPageFault({ log, error }: FailedStep): boolean {
  const isOfDrive = error instanceof SyncFailure && isItemFault(error.kind);
  return (
    log !== undefined &&
    isOfDrive &&
    FAILURES[error.kind].retry === 'count' &&
    error.kind !== 'page-token-rejected'
  );
}

/** No log can step over a page: one that cannot be had counts as a dead token, but a source that has just had a new one is left incomplete. */
async function giveUpLog(turn: Turn, token: string | undefined): Promise<StepEnd> {
  const { writer, source } = turn;
  turn.log.write('warn', 'a page of the change log cannot be had', { source: source.sourceId });
  if (!(await writer.mayDropLog(source)))
    return { kind: 'partial', outcome: await writer.leaveUnread(source) };
  await startCrawl(turn, token, true);
  return { kind: 'mended' };
}

/** The error that ends a turn which wrote nothing, with its wait as the retry delay. */
export function turnError({ error, failures }: FailedStep, end: StepEnd): Error {
  return toTemporalFailure(error, end.kind === 'failed' ? end.attempt : failures + 1);
}

/**
 * Opens a crawl with a start token of its own, for a source that has no log to follow: what changed since a dead token is lost, and only a
 * crawl can tell.
 */
export async function startCrawl(turn: Turn, deadToken: string | undefined, dropsLog = false): Promise<void> {
  const { writer, drive, source, signal } = turn;
  const openedAt = drive.serverTime();
  const startToken = await drive.startPageToken(driveIdOf(source.sourceId), signal);
  const start = { sourceId: source.sourceId, startToken, openedAt, replaces: deadToken, dropsLog };
  await writer.openGenerations(source.epoch, [start]);
}

/** Notes the failure with the source; where not even that can be written (a full disk), it counts as the first. */
async function countFailure({ writer, source }: Turn, failed: FailedStep, waitMs?: number): Promise<number> {
  const attempt = failed.failures + 1;
  const { error } = failed;
  const { kind, delayMs } = verdict(error, attempt);
  const failure = { kind, delayMs: waitMs ?? delayMs, log: isPageFault(failed) };
  try {
    return Math.max(1, await writer.recordSourceFailure(source, failure));
  } catch {
    return attempt;
  }
}
