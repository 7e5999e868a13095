import { ApiError } from './api-error';

const MINUTE_MS = 60_000;

/**
 * Quota units as a bucket that fills evenly and holds a minute's worth; it starts with a second's worth, so that a client
 * that does not pace itself meets the limit at once: https://developers.google.com/workspace/drive/api/guides/limits
 */
export class Quota {
  readonly #unitsPerMinute: number;
  readonly #now: () => number;
  #units: number;
  #at: number;

  constructor(unitsPerMinute: number, now: () => number) {
    this.#unitsPerMinute = unitsPerMinute;
    this.#now = now;
    this.#units = unitsPerMinute / 60;
    this.#at = now();
  }

  /** @throws ApiError 403 `userRateLimitExceeded` if there are fewer units left; a refused request costs nothing. */
  spend(units: number): void {
    const now = this.#now();
    const earned = ((now - this.#at) / MINUTE_MS) * this.#unitsPerMinute;
    this.#units = Math.min(this.#unitsPerMinute, this.#units + earned);
    this.#at = now;
    if (this.#units < units) {
      const message = 'User Rate Limit Exceeded';
      throw new ApiError(403, { reason: 'userRateLimitExceeded', message, domain: 'usageLimits' });
    }
    this.#units -= units;
  }
}
