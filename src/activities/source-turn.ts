import { SyncFailure } from '../model/failure';
import type { SourceTurn } from '../model/pass';
import type { Account } from './accounts';
import { logFailure, toTemporalFailure, verdict } from './failures';
import { driveIdOf, type LogPlace } from './read-log';

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

/**
 * What becomes of a failed step. `mended`: the work goes on. `again`: after `waitMs`. `failed`: the error as Temporal is to see it; it is final, or
 * nothing was written before it.
 */
export type StepEnd =
  | { kind: 'mended' }
  | { kind: 'again'; waitMs: number }
  | { kind: 'failed'; error: unknown; attempt: number; final: boolean };

/**
 * Stops following a lost drive and starts a new crawl for a dead change token, both at once. The store counts any other failure.
 */
export async function endFailedStep(turn: Turn, { log, failures, error }: FailedStep): Promise<StepEnd> {
  const { writer, source, signal } = turn;
  signal.throwIfAborted();
  logFailure(turn.log, error, { source: source.sourceId, failures: failures + 1 });
  const kind = error instanceof SyncFailure ? error.kind : undefined;
  if (kind === 'source-gone' && driveIdOf(source.sourceId) !== undefined) {
    await writer.leaveSource(source);
    return { kind: 'mended' };
  }
  const attempt = await countFailure(turn, failures + 1, error);
  const isDeadToken = log !== undefined && kind === 'page-token-rejected';
  if (isDeadToken && log.deadTokens < MOST_DEAD_TOKENS) {
    turn.log.write('warn', 'change token rejected; a full crawl begins', { source: source.sourceId });
    await startCrawl(turn, log.token);
    return { kind: 'mended' };
  }
  const { delayMs, final } = verdict(error, attempt);
  if (!final && !isDeadToken) return { kind: 'again', waitMs: Math.max(1, delayMs) };
  return { kind: 'failed', error, attempt: isDeadToken ? Infinity : attempt, final: true };
}

/** The error that ends a turn which wrote nothing, with its wait as the retry delay. */
export function turnError({ error, failures }: FailedStep, end: StepEnd): Error {
  return toTemporalFailure(error, end.kind === 'failed' ? end.attempt : failures + 1);
}

/**
 * Opens a crawl with a start token of its own, for a source that has no log to follow: what changed since a dead token is lost, and only a
 * crawl can tell.
 */
export async function startCrawl(turn: Turn, deadToken: string | undefined): Promise<void> {
  const { writer, drive, source, signal } = turn;
  const openedAt = drive.serverTime();
  const startToken = await drive.startPageToken(driveIdOf(source.sourceId), signal);
  const start = { sourceId: source.sourceId, startToken, openedAt, replaces: deadToken };
  await writer.openGenerations(source.epoch, [start]);
}

/** Notes the failure with the source; where not even that can be written (a full disk), it counts as the first. */
async function countFailure({ writer, source }: Turn, attempt: number, error: unknown): Promise<number> {
  const { kind, delayMs } = verdict(error, attempt);
  try {
    return Math.max(1, await writer.recordSourceFailure(source, kind, delayMs));
  } catch {
    return attempt;
  }
}
