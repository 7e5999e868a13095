import type { FailureKind } from '../model/failure';
import { LARGEST_PAGE } from '../model/partition';

/** Why a page did not arrive that a smaller one may mend. */
export type PageFault = 'too-slow' | 'too-large' | 'transient' | 'malformed';

/** Server errors at one place after which the page size may be what Drive cannot do. */
const ERRORS_BEFORE_SHRINKING = 3;

/** A smaller page than this takes no less time. */
const SMALLEST_SLOW_PAGE = 10;
/** How long a request for a page may take after one, and after more, were too slow, in ms. */
const LONGER_LIMITS_MS = [100_000, 150_000] as const;
/** Pages after which a larger size is tried. */
const GOOD_PAGES = 10;

/** A failure as one that a smaller page may mend; undefined where it would not. `failures`: in a row at this place, this one too. */
export function pageFault(kind: FailureKind, failures: number): PageFault | undefined {
  if (kind === 'too-slow' || kind === 'too-large') return kind;
  const isError = kind === 'transient' || kind === 'malformed';
  return isError && failures >= ERRORS_BEFORE_SHRINKING ? kind : undefined;
}

/** The next smaller page size; undefined where a smaller one would not help. `size` undefined: the largest. */
export function smallerPage(size: number | undefined, fault: PageFault): number | undefined {
  const now = size ?? LARGEST_PAGE;
  if (now > SMALLEST_SLOW_PAGE) return Math.max(SMALLEST_SLOW_PAGE, Math.floor(now / 2));
  // What still fails is a single item's fault.
  return fault !== 'too-slow' && now > 1 ? 1 : undefined;
}

/** The next smaller page size after a failure of one listing alone; undefined where it would not help. */
export function smallerAfter(size: number | undefined, kind: FailureKind): number | undefined {
  const fault = pageFault(kind, Infinity);
  return fault && smallerPage(size, fault);
}

/** The size after `pages` pages of the present one: twice as large once ten of them came; undefined for the largest. */
export function grownPage(size: number | undefined, pages: number): number | undefined {
  if (size === undefined || pages < GOOD_PAGES) return size;
  return size * 2 >= LARGEST_PAGE ? undefined : size * 2;
}

/** How long a request for a page may take, in ms; undefined: the usual limit. `failures`: failed requests in a row at this place. */
export function pageLimitMs(size: number | undefined, failures = 0): number | undefined {
  const halvings = size === undefined ? 0 : Math.round(Math.log2(LARGEST_PAGE / size));
  const steps = halvings + failures;
  return steps === 0 ? undefined : LONGER_LIMITS_MS[Math.min(steps, LONGER_LIMITS_MS.length) - 1];
}
