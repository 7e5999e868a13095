import { SyncFailure } from '../model/failure';

/** What a request costs: https://developers.google.com/workspace/drive/api/guides/limits */
export const UNITS = { list: 100, read: 5 } as const;

/** The units a minute that Google grants a project as a whole. */
export const PROJECT_UNITS = 1_000_000;

/** More units than a second grants are never saved up: Google counts by the minute, but throttles bursts. */
const BURST_MS = 1_000;
const FIRST_LIMIT = 8;
const HIGHEST_LIMIT = 64;
/** How long nothing is asked after Google said to slow down without saying for how long. */
const THROTTLED_MS = 1_000;

/** A longer wait is the caller's: it must not hold what it waits with. */
const LONGEST_WAIT_MS = 2_000;

/** Spreads units over time: each request is told how long to wait. It starts empty. Times in ms. */
export class Pacer {
  readonly #msPerUnit: number;
  readonly #now: () => number;
  /** When everything that was reserved will have been earned. */
  #earnedAt: number;

  constructor(unitsPerMinute: number, now: () => number = Date.now) {
    this.#msPerUnit = 60_000 / unitsPerMinute;
    this.#now = now;
    this.#earnedAt = now();
  }

  /** How long to wait before the next unit may be spent. */
  get waitMs(): number {
    return Math.max(0, this.#earnedAt - this.#now());
  }

  /** Reserves units; says how long to wait before they may be spent. */
  reserve(units: number): number {
    const now = this.#now();
    this.#earnedAt = Math.max(this.#earnedAt, now - BURST_MS) + units * this.#msPerUnit;
    return Math.max(0, this.#earnedAt - now);
  }

  /** Lets nothing be spent for a while. */
  pause(ms: number): void {
    this.#earnedAt = Math.max(this.#earnedAt, this.#now() + ms);
  }
}

/** How a request went, as far as its number in flight is concerned. */
export type Outcome = { kind: 'answered' } | { kind: 'throttled'; retryAfterMs: number | undefined };

/**
 * Bounds the requests of one user that are in flight: one more for each answer while nothing throttles, half as many when something does, and
 * from then on slowly more. Units are taken from all pacers; the first one is the user's own, which rests when Google says to slow down.
 */
export class Limiter {
  readonly #pacers: readonly Pacer[];
  readonly #waiting: (() => void)[] = [];
  #limit = FIRST_LIMIT;
  #inFlight = 0;
  #isRamping = true;
  #spent = 0;
  /** Answers until a throttled one counts again: those in flight when the limit was halved tell nothing new. */
  #stale = 0;

  constructor(pacers: readonly Pacer[]) {
    this.#pacers = pacers;
  }

  /** Requests that may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The units that were spent since this was last asked. */
  takeSpent(): number {
    const spent = this.#spent;
    this.#spent = 0;
    return spent;
  }

  /**
   * Waits until a request may be sent; `leave` has to follow.
   * @throws SyncFailure of kind `rate-limited` where the wait would be long, and whatever `wait` throws; nothing has entered then.
   */
  async enter(units: number, wait: (ms: number) => Promise<void>): Promise<void> {
    if (this.#inFlight >= this.limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#inFlight += 1;
    try {
      const least = Math.max(...this.#pacers.map((pacer) => pacer.waitMs));
      if (least > LONGEST_WAIT_MS) throw new SyncFailure('rate-limited', { retryAfterMs: least });
      const ms = Math.max(...this.#pacers.map((pacer) => pacer.reserve(units)));
      this.#spent += units;
      if (ms > 0) await wait(ms);
    } catch (error) {
      this.#next();
      throw error;
    }
  }

  /** Ends a request that has entered. */
  leave(outcome: Outcome): void {
    if (outcome.kind === 'throttled') this.#slowDown(outcome.retryAfterMs ?? THROTTLED_MS);
    else this.#speedUp();
    this.#next();
  }

  #speedUp(): void {
    if (this.#stale > 0) this.#stale -= 1;
    else if (this.#inFlight >= this.limit)
      this.#limit = Math.min(HIGHEST_LIMIT, this.#limit + (this.#isRamping ? 1 : 1 / this.#limit));
  }

  #slowDown(pauseMs: number): void {
    this.#pacers[0]?.pause(pauseMs);
    if (this.#stale > 0) {
      this.#stale -= 1;
      return;
    }
    this.#isRamping = false;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#stale = this.#inFlight - 1;
  }

  /** Hands the place of a request to those that wait, as many as the limit lets. */
  #next(): void {
    this.#inFlight -= 1;
    while (this.#inFlight < this.limit) {
      const resume = this.#waiting.shift();
      if (resume === undefined) return;
      this.#inFlight += 1;
      resume();
    }
  }
}
