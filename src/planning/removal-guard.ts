const ALWAYS_ALLOWED = 1_000;
const ALLOWED_SHARE = 0.1;

/**
 * How many of a source's files may be removed without a person's consent: a fault that makes a Drive look empty must not empty its copy.
 */
export function removalLimit(liveFiles: number): number {
  return Math.max(ALWAYS_ALLOWED, liveFiles * ALLOWED_SHARE);
}
