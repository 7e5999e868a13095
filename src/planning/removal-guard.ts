const ALWAYS_ALLOWED = 1_000;
const ALLOWED_SHARE = 0.1;

const HOUR_MS = 3_600_000;
const HOURS_A_DAY = 24;

/** The hour since 1970 under which removals are counted. */
export function removalHour(now: number): number {
  return Math.floor(now / HOUR_MS);
}

/** The removal guard counts the removals of later hours than this one. */
export function countedAsRecent(now: number): number {
  return removalHour(now) - HOURS_A_DAY;
}

/**
 * How many files of a source, or of the account within a day, may be removed without a person's consent. A
 * fault that makes a Drive look empty must not empty its copy.
 */
export function removalLimit(liveFiles: number): number {
  return Math.max(ALWAYS_ALLOWED, liveFiles * ALLOWED_SHARE);
}
