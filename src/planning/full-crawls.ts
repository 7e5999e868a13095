import { USER_SOURCE } from '../model/job';

/** What decides whether a source is due for another full crawl. Times in ms since 1970. */
export interface CrawledSource {
  id: string;
  /** When its last full crawl ended. */
  fullAt: number;
  /** The copy is known to be incomplete. */
  isIncomplete: boolean;
  /** Its last crawl minted its own start token, so changes from just before it may be missing. */
  wasMinted: boolean;
}

/** When crawls are due. */
export interface CrawlRules {
  now: number;
  /** How old the last full crawl of a complete copy may become, in ms. */
  everyMs: number;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const HOURS_A_WEEK = 7 * 24;
/** One job starts further crawls of at most this share of the drives. */
const LARGEST_SHARE = 1 / 20;

/**
 * FNV-1a (http://www.isthe.com/chongo/tech/comp/fnv/), mixed once more, so that similar ids get different
 * values.
 */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/**
 * Returns the sources that are due for a full crawl; the given ones have none open. A crawl is due a day
 * after the last one if that was the first or found the copy incomplete, otherwise after `everyMs`.
 * Many drives are added at once, so their crawls are spread: the second one over the hours of a week, later
 * ones over the whole period. One job takes only a part of them, the oldest first.
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

function isDue(
  { id, fullAt, isIncomplete, wasMinted }: CrawledSource,
  { now, everyMs }: CrawlRules,
): boolean {
  const isSpread = id !== USER_SOURCE;
  if (isIncomplete) return fullAt < now - Math.min(everyMs, DAY_MS);
  if (wasMinted) {
    const laterMs = isSpread ? (hash(id) % HOURS_A_WEEK) * HOUR_MS : 0;
    return fullAt < now - Math.min(everyMs, DAY_MS + laterMs);
  }
  if (!isSpread || everyMs <= 0) return fullAt < now - everyMs;
  // Each drive has its own moment in every period; its crawl is due once that has passed.
  const offset = hash(id) % everyMs;
  return Math.floor((now + offset) / everyMs) > Math.floor((fullAt + offset) / everyMs);
}
