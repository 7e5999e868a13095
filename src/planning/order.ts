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
