import type { Claim } from '../model/partition';
import type { CommitResult } from '../store/partitions';
import { SyncFailure } from '../model/failure';
import type { SourceTurn } from '../store/transactor';
import type { Account } from './accounts';
import { toTemporalFailure, verdict } from './failures';
import type { SourceRef } from './inputs';

/** One lane's turn. */
export interface CrawlSliceInput extends SourceRef {
  lane: number;
}

/**
 * What a turn did. `done`: the source has no open window left. `busy`: other lanes hold what is left. `waitMs`: something went wrong
 * after the last commit, and the next turn should wait that long.
 */
export interface CrawlSliceResult {
  state: 'more' | 'busy' | 'done';
  pages: number;
  files: number;
  waitMs?: number;
}

/** A turn is long enough to make Temporal's share of the time negligible and short enough to be seen in its history. */
const MOST_PAGES = 200;
const LONGEST_MS = 10_000;

interface Turn extends Account {
  source: SourceTurn;
  signal: AbortSignal;
  pages: number;
  files: number;
}

/**
 * Claims a window and lists and commits its pages, then those of the next, until the turn is over. Whatever is committed stays, however
 * the turn ends.
 */
export async function crawlSlice(
  { writer, drive }: Account,
  { sourceId, epoch, lane }: CrawlSliceInput,
  signal: AbortSignal,
): Promise<CrawlSliceResult> {
  const turn: Turn = { writer, drive, source: { sourceId, epoch }, signal, pages: 0, files: 0 };
  const endsAt = Date.now() + LONGEST_MS;
  for (;;) {
    const claimed = await writer.claim({ sourceId, epoch, lane });
    if (claimed.kind === 'superseded') throw new SyncFailure('superseded');
    if (claimed.kind !== 'claimed') return { state: claimed.kind, pages: turn.pages, files: turn.files };
    const waitMs = await crawlWindow(turn, claimed.claim, endsAt);
    const over = waitMs > 0 || turn.pages >= MOST_PAGES || Date.now() >= endsAt;
    if (over) return { state: 'more', pages: turn.pages, files: turn.files, ...(waitMs > 0 && { waitMs }) };
  }
}

/** Lists one window until its end, the end of the turn or the loss of the claim. Returns how long to wait before the next turn. */
async function crawlWindow(turn: Turn, first: Claim, endsAt: number): Promise<number> {
  let claim: Claim | undefined = first;
  while (claim !== undefined && turn.pages < MOST_PAGES && Date.now() < endsAt) {
    turn.signal.throwIfAborted();
    const held: Claim = claim;
    try {
      const result = await crawlPage(turn, held);
      claim = result.kind === 'committed' ? result.next : undefined;
    } catch (error) {
      return await handleFailure(turn, held, error);
    }
  }
  return 0;
}

async function crawlPage(turn: Turn, { driveId, position, fence }: Claim): Promise<CommitResult> {
  const body = await turn.drive.listFiles(driveId, position, turn.signal);
  const { result, files } = await turn.writer.commitPage(fence, body);
  if (result.kind === 'circular')
    throw new SyncFailure('malformed', { detail: 'the listing runs in a circle' });
  if (result.kind === 'committed') {
    turn.pages += 1;
    turn.files += files;
  }
  return result;
}

/**
 * A rejected page token restarts the window at once. Anything else is counted in the store; a turn that committed something ends normally
 * with a wait, one that did not fails with the wait as its retry delay.
 */
async function handleFailure(turn: Turn, claim: Claim, error: unknown): Promise<number> {
  turn.signal.throwIfAborted();
  if (error instanceof SyncFailure && error.kind === 'source-gone' && claim.driveId !== undefined) {
    // What becomes of a lost drive's files is settled after the crawl that is over now.
    await turn.writer.leaveSource(turn.source);
    return 0;
  }
  if (
    error instanceof SyncFailure &&
    error.kind === 'page-token-rejected' &&
    claim.position.pageToken !== undefined
  ) {
    await turn.writer.rejectToken(claim.fence);
    return 0;
  }
  const attempt = await countFailure(turn, claim, error);
  const { delayMs, final } = verdict(error, attempt);
  if (!final && turn.pages > 0) return delayMs;
  throw toTemporalFailure(error, attempt);
}

/** Notes the failure with the window; where not even that can be written (a full disk), it counts as the first. */
async function countFailure(turn: Turn, claim: Claim, error: unknown): Promise<number> {
  const attempt = claim.failures + 1;
  const { kind, delayMs } = verdict(error, attempt);
  try {
    return Math.max(1, await turn.writer.recordFailure(claim.fence, kind, Date.now() + delayMs));
  } catch {
    return attempt;
  }
}
