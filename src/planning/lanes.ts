import type { Window } from '../model/partition';
import type { PageTimes } from './order';

/** The listing of an open window. */
export interface Listing {
  window: Window;
  /** Oldest time committed, in ms; undefined before the first page. */
  frontierMs: number | undefined;
  /** The span of time that a page covers, in ms; undefined before a page has shown it. */
  pageMs: number | undefined;
  /** Pages committed with the present query. */
  queryPage: number;
  /**
   * A second that halves the files of the last page, and perhaps those that are left; undefined if none does.
   */
  middle: number | undefined;
}

/** The crawl that the listings belong to. */
export interface Crawl {
  /** No listing of the crawl was ever out of order. */
  ordered: boolean;
  /** When it was opened, in ms. The change log reports newer changes. */
  openedMs: number;
}

/** The part of a listing that another lane takes: its window before `cut`, in seconds. */
export interface Share<L extends Listing> {
  victim: L;
  cut: number;
}

/** Drive has existed since 2012, and some files are older. Only the estimate depends on it. */
const USUAL_OLDEST_MS = Date.UTC(2008, 0, 1);
/** No window is cut below this: Drive takes only four-digit years, and hardly any file is older. */
const OLDEST_CUT_MS = 0;
/** With fewer pages left, another lane's first page is not worth it. */
const LEAST_PAGES_TO_SHARE = 2;
/** With fewer pages per lane, starting a lane costs more than it saves. */
const PAGES_A_LANE = 3;
/** A listing without order is listed again when it is divided, so it may have at most this many pages. */
const MOST_PAGES_TO_DISCARD = 2;

function topMs({ window, frontierMs }: Listing, openedMs: number): number {
  return frontierMs ?? (window.before === undefined ? openedMs : window.before * 1000);
}

/**
 * The lower end of the window. If it has none: the usual oldest time, or as far below the top as the top is
 * below the crawl's opening.
 */
function bottomMs({ window }: Listing, top: number, openedMs: number): number {
  if (window.from !== undefined) return window.from * 1000;
  return Math.max(OLDEST_CUT_MS, Math.min(USUAL_OLDEST_MS, top - (openedMs - top)));
}

/** Estimates how many pages of a listing are left, from those so far; undefined before the first one. */
export function pagesLeft(listing: Listing, { ordered, openedMs }: Crawl): number | undefined {
  const { pageMs } = listing;
  if (!ordered || pageMs === undefined) return undefined;
  const top = topMs(listing, openedMs);
  return Math.max(0, top - bottomMs(listing, top, openedMs)) / Math.max(1, pageMs);
}

/**
 * Chooses what an idle lane steals: the older half, in time, of the listing with the most pages left. A
 * listing without order starts again from its top when it is divided, so that is done only early. Undefined
 * if nothing is worth it.
 */
export function chooseShare<L extends Listing>(listings: readonly L[], crawl: Crawl): Share<L> | undefined {
  const shares = listings.flatMap((victim) => {
    const cut = crawl.ordered ? orderedCut(victim, crawl) : unorderedCut(victim);
    return cut === undefined ? [] : [{ victim, cut, weight: weightOf(victim, crawl) }];
  });
  return shares.toSorted((a, b) => b.weight - a.weight)[0];
}

function weightOf(listing: Listing, crawl: Crawl): number {
  return pagesLeft(listing, crawl) ?? listing.queryPage;
}

function orderedCut(listing: Listing, crawl: Crawl): number | undefined {
  const left = pagesLeft(listing, crawl);
  // Before its first page, a listing may well be empty: dividing it would be a guess.
  if (left === undefined || left < LEAST_PAGES_TO_SHARE || listing.queryPage === 0) return undefined;
  const top = topMs(listing, crawl.openedMs);
  const cut = Math.floor((top + bottomMs(listing, top, crawl.openedMs)) / 2000);
  const { from } = listing.window;
  // The victim keeps at least the second that its listing is in.
  return (from !== undefined && cut <= from) || cut * 1000 > top ? undefined : cut;
}

function unorderedCut({ window: { from, before }, middle, queryPage }: Listing): number | undefined {
  if (middle === undefined || queryPage === 0 || queryPage > MOST_PAGES_TO_DISCARD) return undefined;
  const divides =
    middle * 1000 > OLDEST_CUT_MS &&
    (from === undefined || middle > from) &&
    (before === undefined || middle < before);
  return divides ? middle : undefined;
}

/** True if the next pages may show that a listing is worth dividing. */
export function mayShareSoon(listings: readonly Listing[], { ordered }: Crawl): boolean {
  const earlyPages = ordered ? 0 : MOST_PAGES_TO_DISCARD - 1;
  return listings.some(({ queryPage }) => queryPage <= earlyPages);
}

/** True if every remaining listing is at its last pages. */
export function endsSoon(listings: readonly Listing[], crawl: Crawl): boolean {
  return listings.every((listing) => (pagesLeft(listing, crawl) ?? Infinity) < LEAST_PAGES_TO_SHARE);
}

/** How many lanes have something to do, at most `most`. */
export function usefulLanes(listings: readonly Listing[], crawl: Crawl, most: number): number {
  const pages = listings.reduce((sum, listing) => sum + pagesToShare(listing, crawl), 0);
  return Math.min(most, Math.max(1, Math.ceil(pages / PAGES_A_LANE)));
}

/**
 * A listing that cannot be divided is work for one lane, however long it is; one without a page may be short.
 */
function pagesToShare(listing: Listing, crawl: Crawl): number {
  if (!crawl.ordered) return unorderedCut(listing) === undefined ? PAGES_A_LANE : 2 * PAGES_A_LANE;
  const left = Math.max(1, pagesLeft(listing, crawl) ?? 1);
  return orderedCut(listing, crawl) === undefined ? Math.min(left, PAGES_A_LANE) : left;
}

/**
 * The span of time that a page covers, in ms, from the frontier before it. It predicts the next page's best.
 */
export function coveredMs({ newest, oldest }: PageTimes, frontierMs: number | undefined): number | undefined {
  const top = frontierMs ?? newest;
  return top === undefined || oldest === undefined ? undefined : Math.max(0, top - oldest);
}

/**
 * A second that halves the files of a window, judged by a page of a listing without order. If the page's
 * files are spread over the window, they count as a sample of it; otherwise the window is halved in time.
 * Undefined if there is no such second.
 */
export function middleSecond(
  times: readonly (number | undefined)[],
  { from, before }: Window,
  openedMs: number,
): number | undefined {
  const sorted = times.filter((time) => time !== undefined).toSorted((a, b) => a - b);
  const [oldest] = sorted;
  const newest = sorted.at(-1);
  if (oldest === undefined || newest === undefined) return undefined;
  const usual = Math.max(OLDEST_CUT_MS, Math.min(USUAL_OLDEST_MS, oldest));
  const bottom = from === undefined ? usual : from * 1000;
  const top = before === undefined ? Math.max(openedMs, newest) : before * 1000;
  const isSpread = (newest - oldest) * 2 > top - bottom;
  const middle = isSpread ? (sorted[sorted.length >>> 1] ?? oldest) : (bottom + top) / 2;
  return Math.floor(middle / 1000);
}
