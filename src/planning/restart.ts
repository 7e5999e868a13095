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
  /** How far it has come for sure, as a modifiedTime in ms. */
  reachedMs: number | undefined;
  /** Pages committed with `q`. */
  queryPage: number;
  /** The most pages that a listing from the top had committed when an earlier token was rejected. */
  bestPage: number;
  /** Rejections in a row without progress. */
  restarts: number;
}

/** How the partition goes on: with a new query from its first page, or not at all. */
export type Restart =
  | { kind: 'again'; q: string; reachedMs: number | undefined; restarts: number; bestPage: number }
  | { kind: 'give-up' };

const MOST_RESTARTS_WITHOUT_PROGRESS = 2;

/**
 * Decides how a listing goes on after its page token was rejected. An ordered one asks for what is older than what it has reached; an
 * unordered one can only start again from the top, and has made progress if it got further than ever before.
 */
export function restartListing(listing: RejectedListing): Restart {
  const { window, q, ordered, reachedMs, queryPage, bestPage } = listing;
  const resumable = ordered && reachedMs !== undefined;
  const next = resumable ? windowBelow(window, reachedMs) : window;
  const nextQuery = windowQuery(next);
  const progressed = resumable ? nextQuery !== q : queryPage > bestPage;
  const restarts = progressed ? 0 : listing.restarts + 1;
  if (restarts >= MOST_RESTARTS_WITHOUT_PROGRESS) return { kind: 'give-up' };
  return {
    kind: 'again',
    q: nextQuery,
    // The newest instant that the query allows, so that a second rejection before any page asks for the same again.
    reachedMs: resumable && next.before !== undefined ? next.before * 1000 - 1 : undefined,
    restarts,
    bestPage: resumable ? 0 : Math.max(bestPage, queryPage),
  };
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
