/** What a page's modification times say about the order of its listing. Times in ms. */
export interface PageTimes {
  /** The first time of the page; undefined if no file has one. */
  newest: number | undefined;
  /** The oldest time of the page; undefined if no file has one. */
  oldest: number | undefined;
  /** False if a later file was newer than an earlier one. */
  descending: boolean;
}

/**
 * Reads the order of a page. It ignores files modified at or after `since` (ms; the opening of the
 * generation): they move while the crawl runs, and the change log reports them.
 */
export function pageTimes(times: Iterable<number | undefined>, since: number): PageTimes {
  let newest: number | undefined;
  let oldest: number | undefined;
  let descending = true;
  for (const time of times) {
    if (time === undefined || time >= since) continue;
    newest ??= time;
    if (oldest !== undefined && time > oldest) descending = false;
    oldest = oldest === undefined ? time : Math.min(oldest, time);
  }
  return { newest, oldest, descending };
}

/** True if the page continues a newest-first listing whose oldest file so far is `frontier` (ms). */
export function continuesOrder(page: PageTimes, frontier: number | undefined): boolean {
  return page.descending && (frontier === undefined || page.newest === undefined || page.newest <= frontier);
}

/** What shows whether a listing has crossed the lower bound of its window. Times in ms. */
export interface Crossing {
  /** The window's lower bound. */
  bottom: number;
  /** The newest file of the window below; undefined until it is known. */
  newestBelow: number | undefined;
  /** The oldest file of the listing before this page. */
  frontier: number | undefined;
  /** As in `pageTimes`. */
  since: number;
}

/**
 * True once a page proves that its listing has crossed the window's lower bound. One file below the bound is
 * no proof: Drive may still list a re-dated file at its old position, and at the end of a page nothing
 * contradicts it. So it takes the exact file that the window below starts with, or two pages in a row below
 * the bound.
 */
export function hasCrossedBottom(
  times: readonly (number | undefined)[],
  { bottom, newestBelow, frontier, since }: Crossing,
): boolean {
  const { newest, oldest } = pageTimes(times, since);
  if (newest === undefined || oldest === undefined || oldest >= bottom) return false;
  if (newest < bottom) return frontier !== undefined && frontier < bottom;
  return times.find((time) => time !== undefined && time < bottom) === newestBelow;
}
