import type { Window } from '../model/partition';
import { windowBelow, windowQuery } from './window';

/** What is known of a listing whose page token was rejected. */
export interface RejectedListing {
  /** The partition's own bounds. */
  window: Window;
  /** The query that the rejected token was made with. */
  q: string;
  /** True while the source's listings were never seen out of order. */
  ordered: boolean;
  /** Oldest modifiedTime committed by this listing, in ms. */
  frontierMs: number | undefined;
  /** The same before its last page, which went on below it and so shows that it was right. */
  confirmedMs: number | undefined;
  /** Pages committed with `q`. */
  queryPage: number;
  /** The most pages that a listing from the top had committed when an earlier token was rejected. */
  bestPage: number;
  /** Rejections in a row without progress. */
  restarts: number;
}

/** How the partition goes on: with a new query from its first page, or not at all. */
export type Restart =
  | { kind: 'again'; q: string; frontierMs: number | undefined; restarts: number; bestPage: number }
  | { kind: 'give-up' };

const MOST_RESTARTS_WITHOUT_PROGRESS = 2;

/**
 * Decides how a listing goes on after its page token was rejected. An ordered one asks for what is older than its last page but one, since the last may
 * end with files that do not belong there; where that has brought it nowhere before, for what is older than the last. An unordered one can only start
 * again from the top, and has made progress if it got further than ever before.
 */
export function restartListing(listing: RejectedListing): Restart {
  const { ordered, frontierMs, confirmedMs, restarts, q } = listing;
  if (!ordered || frontierMs === undefined) return restartAtTop(listing);
  const confirmed = restartBelow(listing, confirmedMs ?? frontierMs);
  return limited(confirmed.q === q && restarts > 0 ? restartBelow(listing, frontierMs) : confirmed);
}

/** Where a listing goes on that is to ask for pages of another size: a page token belongs to the size that it was made with. */
export function resizeListing({
  window,
  ordered,
  frontierMs,
  confirmedMs,
}: Pick<RejectedListing, 'window' | 'ordered' | 'frontierMs' | 'confirmedMs'>): Pick<
  Again,
  'q' | 'frontierMs'
> {
  if (!ordered || frontierMs === undefined) return { q: windowQuery(window), frontierMs: undefined };
  return below(window, confirmedMs ?? frontierMs);
}

/** `frontierMs`: the newest instant that the query allows, so that a rejection before any page asks for the same again. */
function below(window: Window, ms: number): { q: string; frontierMs: number | undefined } {
  const next = windowBelow(window, ms);
  return { q: windowQuery(next), frontierMs: next.before === undefined ? undefined : next.before * 1000 - 1 };
}

type Again = Extract<Restart, { kind: 'again' }>;

function restartBelow({ window, q, restarts }: RejectedListing, ms: number): Again {
  const next = below(window, ms);
  return { kind: 'again', ...next, restarts: next.q === q ? restarts + 1 : 0, bestPage: 0 };
}

function restartAtTop({ window, queryPage, bestPage, restarts }: RejectedListing): Restart {
  return limited({
    kind: 'again',
    q: windowQuery(window),
    frontierMs: undefined,
    restarts: queryPage > bestPage ? 0 : restarts + 1,
    bestPage: Math.max(bestPage, queryPage),
  });
}

function limited(restart: Again): Restart {
  return restart.restarts >= MOST_RESTARTS_WITHOUT_PROGRESS ? { kind: 'give-up' } : restart;
}

/** A remembered page token, compared with every later one: Brent's way of finding a circle with one value in memory. */
export interface CycleMark {
  token: string | undefined;
  page: number;
}

/** The mark after `page` pages whose last one names `token`: it moves up whenever the page count has doubled. */
export function moveCycleMark(mark: CycleMark, token: string | undefined, page: number): CycleMark {
  return page >= mark.page * 2 ? { token, page } : mark;
}
