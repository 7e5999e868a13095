import { LARGEST_PAGE } from '../model/partition';

/** Why a page did not arrive although Drive answers. */
export type PageFault = 'too-slow' | 'too-large';

/** A smaller page than this takes no less time. */
const SMALLEST_SLOW_PAGE = 10;
/** How long a request for a page may take after one, and after more, were too slow, in ms. */
const LONGER_LIMITS_MS = [100_000, 150_000] as const;
/** Pages after which a larger size is tried. */
const GOOD_PAGES = 10;

/** The next smaller page size; undefined where a smaller one would not help. `size` undefined: the largest. */
export function smallerPage(size: number | undefined, fault: PageFault): number | undefined {
  const now = size ?? LARGEST_PAGE;
  if (now > SMALLEST_SLOW_PAGE) return Math.max(SMALLEST_SLOW_PAGE, Math.floor(now / 2));
  // Only a single item that is too large for itself cannot be had.
  return fault === 'too-large' && now > 1 ? 1 : undefined;
}

/** The size after `pages` pages of the present one: twice as large once ten of them came; undefined for the largest. */
export function grownPage(size: number | undefined, pages: number): number | undefined {
  if (size === undefined || pages < GOOD_PAGES) return size;
  return size * 2 >= LARGEST_PAGE ? undefined : size * 2;
}

/** How long a request for a page may take, in ms; undefined: the usual limit. `failures`: failed requests in a row at this place. */
export function pageLimitMs(size: number | undefined, failures: number): number | undefined {
  const halvings = size === undefined ? 0 : Math.round(Math.log2(LARGEST_PAGE / size));
  const steps = halvings + failures;
  return steps === 0 ? undefined : LONGER_LIMITS_MS[Math.min(steps, LONGER_LIMITS_MS.length) - 1];
}
