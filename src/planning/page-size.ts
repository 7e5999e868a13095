import type { FailureKind } from '../model/failure';
import { LARGEST_PAGE } from '../model/partition';

/** Why a page did not arrive, if a smaller one might. */
export type PageFault = 'too-slow' | 'too-large' | 'transient' | 'malformed';

/** After this many server errors at one place, Drive may be failing because of the page size. */
const ERRORS_BEFORE_SHRINKING = 3;

/** Pages smaller than this are no faster. */
const SMALLEST_SLOW_PAGE = 10;
/** The longer time limits for a page, in ms: after one, and after more, were too slow. */
const LONGER_LIMITS_MS = [100_000, 150_000] as const;
/** After this many good pages a larger size is tried. */
const GOOD_PAGES = 10;

/**
 * Returns the fault if a smaller page may avoid it, otherwise undefined. `failures`: in a row at this place,
 * including this one.
 */
export function pageFault(kind: FailureKind, failures: number): PageFault | undefined {
  if (kind === 'too-slow' || kind === 'too-large') return kind;
  const isError = kind === 'transient' || kind === 'malformed';
  return isError && failures >= ERRORS_BEFORE_SHRINKING ? kind : undefined;
}

/** The next smaller page size; undefined if a smaller one would not help. `size` undefined: the largest. */
export function smallerPage(size: number | undefined, fault: PageFault): number | undefined {
  const now = size ?? LARGEST_PAGE;
  if (now > SMALLEST_SLOW_PAGE) return Math.max(SMALLEST_SLOW_PAGE, Math.floor(now / 2));
  // Whatever still fails is the fault of a single item.
  return fault !== 'too-slow' && now > 1 ? 1 : undefined;
}

/** The next smaller page size after a failure that only one listing has; undefined if it would not help. */
export function smallerAfter(size: number | undefined, kind: FailureKind): number | undefined {
  const fault = pageFault(kind, Infinity);
  return fault && smallerPage(size, fault);
}

/**
 * The page size after `pages` pages of the present size: doubled after ten of them; undefined for the
 * largest.
 */
export function grownPage(size: number | undefined, pages: number): number | undefined {
  if (size === undefined || pages < GOOD_PAGES) return size;
  return size * 2 >= LARGEST_PAGE ? undefined : size * 2;
}

/**
 * How long a request for a page may take, in ms; undefined: the usual limit. `failures`: failed requests in a
 * row at this place.
 */
export function pageLimitMs(size: number | undefined, failures = 0): number | undefined {
  const halvings = size === undefined ? 0 : Math.round(Math.log2(LARGEST_PAGE / size));
  const steps = halvings + failures;
  return steps === 0 ? undefined : LONGER_LIMITS_MS[Math.min(steps, LONGER_LIMITS_MS.length) - 1];
}
