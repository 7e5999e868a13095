import type { FailureKind } from '../model/failure';

/** A fault of one item that may pass counts as a refusal after this many tries. */
const TRIES_BEFORE_REFUSAL = 3;
const SLOW_TRIES = 2;
const HOUR_MS = 3_600_000;
/** How long an item rests that Drive refuses: after the first refusal, the second, and each later one. */
const REST_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;

/** Why a request for one item failed. `refused`: Drive refuses it, so another try at once is pointless. */
export interface ItemFault {
  reason: FailureKind;
  refused: boolean;
}

/**
 * Why a page does not show all children of a folder; undefined if it seems complete. `unusable`: items
 * without an id.
 */
export function incompletePage(page: { incompleteSearch: boolean; unusable: number }): ItemFault | undefined {
  if (page.incompleteSearch) return { reason: 'incomplete-search', refused: true };
  return page.unusable > 0 ? { reason: 'malformed', refused: true } : undefined;
}

/** An item after a failed request for it. */
export interface FailedItem {
  /** Failed requests in a row. */
  tries: number;
  /** How long the item rests, in ms; undefined: this job tries it again. */
  restMs: number | undefined;
}

/**
 * Decides whether a failed item becomes an exception. A slow request holds up others, so it is tried only
 * twice.
 */
export function afterFailure(triesBefore: number, { refused, reason }: ItemFault): FailedItem {
  const isRefused = refused || (reason === 'too-slow' && triesBefore + 1 >= SLOW_TRIES);
  const tries = Math.max(triesBefore + 1, isRefused ? TRIES_BEFORE_REFUSAL : 1);
  const refusals = tries - TRIES_BEFORE_REFUSAL;
  return { tries, restMs: refusals < 0 ? undefined : REST_MS[Math.min(refusals, REST_MS.length - 1)] };
}

/**
 * The walk's delays before it retries an item that is not an exception yet: after the first failure, and
 * after later ones.
 */
const SOON_MS = [5_000, 30_000] as const;

/** The delay before the walk retries an item that is no exception yet, in ms. `tries`: failures in a row. */
export function soonMs(tries: number): number {
  return SOON_MS[Math.min(tries, SOON_MS.length) - 1] ?? 0;
}
