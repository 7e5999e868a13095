import { ApiError } from './api-error';

const MINUTE_MS = 60_000;

/**
 * A token bucket of quota units: https://developers.google.com/workspace/drive/api/guides/limits
 * It holds the units of a minute and starts with those of a second, so that a client without pacing hits the
 * limit at once.
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

  /**
   * @throws ApiError 403 `userRateLimitExceeded` if fewer units are left; a rejected request costs nothing.
   */
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
