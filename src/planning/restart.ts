import type { Window } from '../model/partition';
import { windowBelow, windowQuery } from './window';

/** A listing whose page token was rejected. */
export interface RejectedListing {
  /** The partition's own bounds. */
  window: Window;
  /** The query that the rejected token was made with. */
  q: string;
  /** False once a listing of the crawl was out of order. */
  ordered: boolean;
  /** The oldest `modifiedTime` that this listing has committed, in ms. */
  frontierMs: number | undefined;
  /** The frontier before the last page. It is confirmed, because the last page continued below it. */
  confirmedMs: number | undefined;
  /** Pages committed with `q`. */
  queryPage: number;
  /** The most pages that a listing from the top had committed before its token was rejected. */
  bestPage: number;
  /** Rejections in a row without progress. */
  restarts: number;
}

/** How the listing continues: with a new query from its first page, or not at all. */
export type Restart =
  | { kind: 'restart'; q: string; frontierMs: number | undefined; restarts: number; bestPage: number }
  | { kind: 'give-up' };

const MOST_RESTARTS_WITHOUT_PROGRESS = 2;

/**
 * Decides how a listing continues after its page token was rejected. An ordered listing requests what is
 * older than its confirmed frontier, since the last page may end with misplaced files; if that query was
 * rejected before, what is older than the last page. An unordered one starts again from the top, and has made
 * progress if it committed more pages than ever before.
 */
export function restartListing(listing: RejectedListing): Restart {
  const { ordered, frontierMs, confirmedMs, restarts, q } = listing;
  if (!ordered || frontierMs === undefined) return restartAtTop(listing);
  const confirmed = restartBelow(listing, confirmedMs ?? frontierMs);
  return limited(confirmed.q === q && restarts > 0 ? restartBelow(listing, frontierMs) : confirmed);
}

/**
 * Where a listing continues with another page size. A page token belongs to the size that it was made with.
 */
export function resizeListing({
  window,
  ordered,
  frontierMs,
  confirmedMs,
}: Pick<RejectedListing, 'window' | 'ordered' | 'frontierMs' | 'confirmedMs'>): Pick<
  RestartedListing,
  'q' | 'frontierMs'
> {
  if (!ordered || frontierMs === undefined) return { q: windowQuery(window), frontierMs: undefined };
  return below(window, confirmedMs ?? frontierMs);
}

/**
 * `frontierMs`: the newest instant that the query allows, so that a rejection before any page repeats the
 * query.
 */
function below(window: Window, ms: number): { q: string; frontierMs: number | undefined } {
  const next = windowBelow(window, ms);
  return { q: windowQuery(next), frontierMs: next.before === undefined ? undefined : next.before * 1000 - 1 };
}

type RestartedListing = Extract<Restart, { kind: 'restart' }>;

function restartBelow({ window, q, restarts }: RejectedListing, ms: number): RestartedListing {
  const next = below(window, ms);
  return { kind: 'restart', ...next, restarts: next.q === q ? restarts + 1 : 0, bestPage: 0 };
}

function restartAtTop({ window, queryPage, bestPage, restarts }: RejectedListing): Restart {
  return limited({
    kind: 'restart',
    q: windowQuery(window),
    frontierMs: undefined,
    restarts: queryPage > bestPage ? 0 : restarts + 1,
    bestPage: Math.max(bestPage, queryPage),
  });
}

function limited(restart: RestartedListing): Restart {
  return restart.restarts >= MOST_RESTARTS_WITHOUT_PROGRESS ? { kind: 'give-up' } : restart;
}

/**
 * A remembered page token that is compared with every later one: Brent's cycle detection, with one token in
 * memory.
 */
export interface CycleMark {
  token: string | undefined;
  page: number;
}

/**
 * The mark after `page` pages, the last of which names `token`. It moves whenever the page count has doubled.
 */
export function moveCycleMark(mark: CycleMark, token: string | undefined, page: number): CycleMark {
  return page >= mark.page * 2 ? { token, page } : mark;
}
