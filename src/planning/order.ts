/** What a page's modification times say about the order of the listing. Times in ms. */
export interface PageTimes {
  /** The first time of the page, undefined if no file had one. */
  newest: number | undefined;
  /** The last time of the page, undefined if no file had one. */
  oldest: number | undefined;
  /** False when a later file was newer than an earlier one. */
  descending: boolean;
}

/**
 * Reads the order of a page. Files modified at or after `since` (ms; the opening of the generation) are left aside: they move while the
 * crawl runs, and the change log tells of them.
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

/** What is known where a listing may have come below its window. Times in ms. */
export interface Crossing {
  /** The window's lower end. */
  bottom: number;
  /** The newest file of the window below; undefined as long as that is not known. */
  newestBelow: number | undefined;
  /** Oldest file of the listing before this page. */
  frontier: number | undefined;
  /** As in `pageTimes`. */
  since: number;
}

/**
 * True where a page that continues the order shows that its listing has come below its window. Files whose times were set back moments ago may still be
 * listed where they were, and at the end of a page nothing shows that they do not belong there. So it takes the very file that is the newest of the
 * window below, or a page that goes on below after another has come there.
 */
export function hasComeBelow(
  times: readonly (number | undefined)[],
  { bottom, newestBelow, frontier, since }: Crossing,
): boolean {
  const { newest, oldest } = pageTimes(times, since);
  if (newest === undefined || oldest === undefined || oldest >= bottom) return false;
  if (newest < bottom) return frontier !== undefined && frontier < bottom;
  return times.find((time) => time !== undefined && time < bottom) === newestBelow;
}
