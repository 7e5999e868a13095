import type { Window } from '../model/partition';
import type { PageTimes } from './order';

/** What is known of the listing of an open window. */
export interface Listing {
  window: Window;
  /** Oldest time committed, in ms; undefined before the first page. */
  frontierMs: number | undefined;
  /** The time that a page covers, in ms, as far as pages have shown; undefined where none has. */
  pageMs: number | undefined;
  /** Pages committed with its present query. */
  queryPage: number;
  /** A second that divides the files of the last page, and with luck those that are left; undefined where none does. */
  middle: number | undefined;
}

/** What is known of the crawl that the listings belong to. */
export interface Crawl {
  /** No listing of it was ever seen out of order. */
  ordered: boolean;
  /** When it was opened, in ms: what is newer is told by the change log. */
  openedMs: number;
}

/** A share of a listing for another lane: all of its window before `cut`, in seconds. */
export interface Share<L extends Listing> {
  victim: L;
  cut: number;
}

/** Drive exists since 2012, and files bring times from before; nothing is lost where some are older still. */
const USUAL_OLDEST_MS = Date.UTC(2008, 0, 1);
/** No window is cut below this: Drive takes only dates of four digits, and of older ones there are hardly any. */
const OLDEST_CUT_MS = 0;
/** Less is not worth another lane's first page. */
const LEAST_PAGES_TO_SHARE = 2;
/** Less than this for each lane, and starting one costs more than it saves. */
const PAGES_A_LANE = 3;
/** Pages that are listed again when a listing without order is divided. */
const MOST_PAGES_TO_DISCARD = 2;

function topMs({ window, frontierMs }: Listing, openedMs: number): number {
  return frontierMs ?? (window.before === undefined ? openedMs : window.before * 1000);
}

/** Where the window ends; where nothing says so, as far below its top as is usual, or as it has come already. */
function bottomMs({ window }: Listing, top: number, openedMs: number): number {
  if (window.from !== undefined) return window.from * 1000;
  return Math.max(OLDEST_CUT_MS, Math.min(USUAL_OLDEST_MS, top - (openedMs - top)));
}

/** How many pages are left of a listing, as far as its pages so far tell; undefined before the first one. */
export function pagesLeft(listing: Listing, { ordered, openedMs }: Crawl): number | undefined {
  const { pageMs } = listing;
  if (!ordered || pageMs === undefined) return undefined;
  const top = topMs(listing, openedMs);
  return Math.max(0, top - bottomMs(listing, top, openedMs)) / Math.max(1, pageMs);
}

/**
 * The share that an idle lane takes: the lower half of what is left, in time, of the listing with the most pages left. A listing without
 * order has to start again from its top when it is divided, so that is done while little is lost by it. Undefined where nothing is worth it.
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
  // What no page has shown yet is a guess: a lane after the other would divide what may hold nothing.
  if (left === undefined || left < LEAST_PAGES_TO_SHARE || listing.queryPage === 0) return undefined;
  const top = topMs(listing, crawl.openedMs);
  const cut = Math.floor((top + bottomMs(listing, top, crawl.openedMs)) / 2000);
  const { from } = listing.window;
  // At the least the second that the listing is in stays with it.
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

/** True where the next pages may show that a listing is worth dividing which does not look so yet. */
export function mayShareSoon(listings: readonly Listing[], { ordered }: Crawl): boolean {
  const untold = ordered ? 0 : MOST_PAGES_TO_DISCARD - 1;
  return listings.some(({ queryPage }) => queryPage <= untold);
}

/** True where every listing that is left is at its last pages. */
export function endsSoon(listings: readonly Listing[], crawl: Crawl): boolean {
  return listings.every((listing) => (pagesLeft(listing, crawl) ?? Infinity) < LEAST_PAGES_TO_SHARE);
}

/** How many lanes have something to do, at most `most`. */
export function usefulLanes(listings: readonly Listing[], crawl: Crawl, most: number): number {
  const pages = listings.reduce((sum, listing) => sum + pagesToShare(listing, crawl), 0);
  return Math.min(most, Math.max(1, Math.ceil(pages / PAGES_A_LANE)));
}

/** A listing that cannot be divided is for one lane, however long; one that has shown nothing yet may well be a single page. */
function pagesToShare(listing: Listing, crawl: Crawl): number {
  if (!crawl.ordered) return unorderedCut(listing) === undefined ? PAGES_A_LANE : 2 * PAGES_A_LANE;
  const left = Math.max(1, pagesLeft(listing, crawl) ?? 1);
  return orderedCut(listing, crawl) === undefined ? Math.min(left, PAGES_A_LANE) : left;
}

/** The time that a page covers, in ms, from where its listing stood before; the last page says the most of the next. */
export function coveredMs({ newest, oldest }: PageTimes, frontierMs: number | undefined): number | undefined {
  const top = frontierMs ?? newest;
  return top === undefined || oldest === undefined ? undefined : Math.max(0, top - oldest);
}

/**
 * A second that divides the files of a window, by a page of a listing in no order. A page whose files are spread over the window is taken for a
 * sample of it, else the window is divided in time. Undefined if there is no such second.
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
