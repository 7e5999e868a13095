import { ApplicationFailure } from '@temporalio/common';
import type { Release } from '../store/jobs/work-queue';
import type { Account } from './accounts';
import { crawlSlice } from './crawl-slice';
import { failureKind, isCommonFault, toTemporalFailure } from './failures';
import type { PassRef, SourceRef } from './inputs';
import { inParallel } from './parallel';
import { sourceSlice } from './source-slice';

/** Small sources that share a child workflow. */
export interface BatchInput extends PassRef {
  sourceIds: string[];
}

/** The result of a turn: the sources left for the next one, and whether a source waits for a person. */
export interface BatchResult {
  left: string[];
  waits: boolean;
}

const TURN_MS = 10_000;
/** Only the limiter decides how many requests are really in flight. */
const SOURCES_AT_ONCE = 8;
/** A source with more pages gets a child workflow with lanes of its own. */
const MOST_PAGES = 20;

type BatchEnd = 'done' | 'more' | 'wait';

/**
 * Syncs many small sources, several at once, until the turn is over. Committed pages stay, however the turn
 * ends.
 */
export async function batchSlice(
  account: Account,
  { sourceIds, ...pass }: BatchInput,
  signal: AbortSignal,
): Promise<BatchResult> {
  const endsAt = Date.now() + TURN_MS;
  const left: string[] = [];
  let waits = false;
  await inParallel(sourceIds, SOURCES_AT_ONCE, async (sourceId) => {
    const source = { ...pass, sourceId };
    const end = Date.now() < endsAt ? await workOn(account, source, { signal, endsAt }) : 'more';
    if (end === 'more') left.push(sourceId);
    waits ||= end === 'wait';
  });
  return { left, waits };
}

/** Works on one source. One that fails is given back, so that the others need not wait for its retry. */
async function workOn(
  account: Account,
  source: SourceRef,
  limits: { signal: AbortSignal; endsAt: number },
): Promise<BatchEnd> {
  try {
    return await workUntilDone(account, source, limits);
  } catch (error) {
    limits.signal.throwIfAborted();
    const { writer } = account;
    const kind = failureKind(error);
    if (isCommonFault(kind)) throw error;
    const failure = toTemporalFailure(error, 1);
    if (!(failure instanceof ApplicationFailure)) throw failure;
    const { message, nonRetryable, nextRetryDelay } = failure;
    if (nonRetryable === true) await writer.failSource(source, { kind, message });
    else await writer.releaseSource(source, { retry: { kind, inMs: Number(nextRetryDelay ?? 0) } });
    return 'done';
  }
}

async function workUntilDone(
  account: Account,
  source: SourceRef,
  { signal, endsAt }: { signal: AbortSignal; endsAt: number },
): Promise<BatchEnd> {
  let pages = 0;
  while (Date.now() < endsAt) {
    const turn = await sourceSlice(account, source, signal, endsAt);
    if (turn.state === 'done') return 'done';
    if (turn.state === 'wait') return 'wait';
    if (turn.state === 'hold') return await giveBack(account, source, { held: true });
    if (turn.state === 'more')
      return turn.waitMs === undefined
        ? 'more'
        : await giveBack(account, source, { retry: { inMs: turn.waitMs } });
    const listed = await crawlSlice(account, { ...source, lane: 0, lanes: 1, mostLanes: 1 }, signal);
    pages += listed.pages;
    if (listed.waitMs !== undefined)
      return await giveBack(account, source, { retry: { inMs: listed.waitMs } });
    if (pages > MOST_PAGES) return await giveBack(account, source, { large: true });
  }
  return 'more';
}

async function giveBack({ writer }: Account, source: SourceRef, why: Release): Promise<BatchEnd> {
  await writer.releaseSource(source, why);
  return 'done';
}
