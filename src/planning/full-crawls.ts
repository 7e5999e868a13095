import { USER_SOURCE } from '../model/job';

/** What decides whether a copy of a source is to be crawled once more. Times in ms since 1970. */
export interface CrawledSource {
  id: string;
  /** When its last full crawl ended. */
  fullAt: number;
  /** It is known to be incomplete. */
  hasGap: boolean;
  /** Its last crawl had a start token of its own: changes from just before it may be missing. */
  wasMinted: boolean;
}

/** When crawls are due. */
export interface CrawlRules {
  now: number;
  /** A crawl of a complete copy is due after this, in ms. */
  everyMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS_A_WEEK = 7 * 24;
/** One job crawls no larger share of the drives again. */
const LARGEST_SHARE = 1 / 20;

/** FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), mixed once more, since ids that are alike must not come out alike. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * The sources that are due, of those without an open crawl: a day after the last crawl where that was the first or found the copy incomplete, else after
 * `everyMs`. Drives are spread, since many came at once: the crawl after the first over the hours of a week, later ones over the time between them; and one
 * job takes only a part of them, the oldest first.
 */
export function dueCrawls(sources: readonly CrawledSource[], rules: CrawlRules): string[] {
  const due = sources.filter((source) => isDue(source, rules)).toSorted((a, b) => a.fullAt - b.fullAt);
  const drives = sources.filter(({ id }) => id !== USER_SOURCE).length;
  const most = Math.max(1, Math.floor(drives * LARGEST_SHARE));
  const [users, others] = [
    due.filter(({ id }) => id === USER_SOURCE),
    due.filter(({ id }) => id !== USER_SOURCE),
  ];
  return [...users, ...others.slice(0, most)].map(({ id }) => id);
}

function isDue({ id, fullAt, hasGap, wasMinted }: CrawledSource, { now, everyMs }: CrawlRules): boolean {
  const isSpread = id !== USER_SOURCE;
  if (hasGap) return fullAt < now - Math.min(everyMs, DAY_MS);
  if (wasMinted) {
    const laterMs = isSpread ? (hash(id) % HOURS_A_WEEK) * HOUR_MS : 0;
    return fullAt < now - Math.min(everyMs, DAY_MS + laterMs);
  }
  if (!isSpread || everyMs <= 0) return fullAt < now - everyMs;
  // Each drive has a moment of its own in every period; the crawl is due when one has passed.
  const offset = hash(id) % everyMs;
  return Math.floor((now + offset) / everyMs) > Math.floor((fullAt + offset) / everyMs);
}
