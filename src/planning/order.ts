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

/** Of a page's last files at most so many, and an eighth, are not relied upon. */
const MOST_STRAYS = 16;

/**
 * How far a page has come for sure, in ms: the time of its last file but a few. A file whose time was set back moments ago may still be listed where it was,
 * and at the end of a page nothing shows that it does not belong there. Undefined for a page of fewer than two times.
 */
export function reachedMs(times: readonly (number | undefined)[], since: number): number | undefined {
  const dated = times.filter((time) => time !== undefined && time < since);
  const strays = Math.min(MOST_STRAYS, Math.ceil(dated.length / 8));
  return dated[dated.length - 1 - strays];
}

/**
 * True where a page that continues the order shows that its listing has come below `bottom` (ms). A page that lies below as a whole may be out of
 * its place: that it is not, the next one shows.
 */
export function hasComeBelow(
  bottom: number,
  times: readonly (number | undefined)[],
  { since, frontier }: { since: number; frontier: number | undefined },
): boolean {
  const { newest } = pageTimes(times, since);
  if (newest === undefined) return false;
  const shown = newest < bottom ? frontier : reachedMs(times, since);
  return shown !== undefined && shown < bottom;
}
