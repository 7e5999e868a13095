import type { FailureKind } from '../model/failure';

/** Faults of one item that may pass are only taken for a refusal after this many tries. */
const TRIES_BEFORE_REFUSAL = 3;
const SLOW_TRIES = 2;
const HOUR_MS = 3_600_000;
/** How long an item that Drive refuses is left alone: after the first refusal, the second, and each later one. */
const REST_MS = [HOUR_MS, 6 * HOUR_MS, 24 * HOUR_MS] as const;

/** Why a request for one item failed. `refused`: Drive has said no, so that another try at once is pointless. */
export interface ItemFault {
  reason: FailureKind;
  refused: boolean;
}

/** Why a page of a folder's children does not show all of them; undefined if nothing speaks against it. `unusable`: items without an id. */
export function pageFault(page: { incompleteSearch: boolean; unusable: number }): ItemFault | undefined {
  if (page.incompleteSearch) return { reason: 'incomplete-search', refused: true };
  return page.unusable > 0 ? { reason: 'malformed', refused: true } : undefined;
}

/** An item after a failed request for it. */
export interface FailedItem {
  /** Failed requests in a row. */
  tries: number;
  /** How long the item is left alone, in ms; undefined: it is tried again in the same job. */
  restMs: number | undefined;
}

/** Says whether an item that failed is an exception now. Others wait for a slow request, so that it is tried but twice. */
export function afterFailure(triesBefore: number, { refused, reason }: ItemFault): FailedItem {
  const isRefused = refused || (reason === 'too-slow' && triesBefore + 1 >= SLOW_TRIES);
  const tries = Math.max(triesBefore + 1, isRefused ? TRIES_BEFORE_REFUSAL : 1);
  const refusals = tries - TRIES_BEFORE_REFUSAL;
  return { tries, restMs: refusals < 0 ? undefined : REST_MS[Math.min(refusals, REST_MS.length - 1)] };
}

/** When an item of the walk that is no exception yet is tried again: after the first failure, and after further ones. */
const SOON_MS = [5_000, 30_000] as const;

/** The delay before the walk retries an item that is no exception yet, in ms. `tries`: failures in a row. */
export function soonMs(tries: number): number {
  return SOON_MS[Math.min(tries, SOON_MS.length) - 1] ?? 0;
}
