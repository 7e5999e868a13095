import { LONGEST_RETRY_AFTER_MS, SyncFailure } from '../model/failure';

/** What a request costs: https://developers.google.com/workspace/drive/api/guides/limits */
export const UNITS = { list: 100, read: 5 } as const;

/** The units a minute that Google grants a project as a whole. */
export const PROJECT_UNITS = 1_000_000;

/** No more units than a second grants are ever saved up: Google counts by the minute, but throttles bursts. */
const BURST_MS = 1_000;
const FIRST_LIMIT = 8;
const HIGHEST_LIMIT = 64;
/** How long nothing is sent after Google said to slow down without saying for how long. */
const THROTTLED_MS = 1_000;

/** A longer wait is left to the caller, which must not hold up others meanwhile. */
const LONGEST_WAIT_MS = 2_000;

function noop(): void {
  // Nothing is waited for yet.
}

/** Background units that may be owed: those of a few requests, so that no burst follows a pause. */
const MOST_CREDIT = 2 * UNITS.list;

/** Spreads units over time: each request is told how long to wait. It starts empty. Times in ms. */
export class Pacer {
  readonly #msPerUnit: number;
  readonly #now: () => number;
  /** When everything that was reserved will have been earned. */
  #earnedAt: number;
  #pausedUntil = 0;

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

  /** Takes back units that were reserved and are not spent. */
  giveBack(units: number): void {
    this.#earnedAt = Math.max(this.#earnedAt - units * this.#msPerUnit, this.#pausedUntil);
  }

  /** Lets nothing be spent for a while. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
    this.#earnedAt = Math.max(this.#earnedAt, this.#pausedUntil);
  }
}

/** How a request ended, as far as the number of requests in flight depends on it. */
export type Outcome = { kind: 'answered' } | { kind: 'throttled'; retryAfterMs: number | undefined };

/** A `background` request is sent only when no `normal` one waits, except for its share. */
export type Priority = 'normal' | 'background';

/** Who asks to enter, and what ends the wait early. */
export interface Entrant {
  priority?: Priority;
  signal?: AbortSignal | undefined;
}

interface Waiting {
  units: number;
  priority: Priority;
  /** Lets the request in; it is told how long to wait for its units. */
  enter: (waitMs: number) => void;
  fail: (error: unknown) => void;
}

/**
 * Bounds the requests of one user that are in flight: one more for each answer while nothing throttles, half as many when something
 * does, and from then on slowly more. Units are taken from all pacers; the first one is the user's own, which rests when Google
 * says to slow down.
 */
export class Limiter {
  /** The share of the units that background requests get even while normal ones wait; 0: none, below 1. */
  backgroundShare = 0;
  readonly #pacers: readonly Pacer[];
  readonly #waiting: Record<Priority, Waiting[]> = { normal: [], background: [] };
  readonly #spent: Record<Priority, number> = { normal: 0, background: 0 };
  #limit = FIRST_LIMIT;
  #inFlight = 0;
  /** Requests that are let in and wait for their units. */
  #pacing = 0;
  /** Units that background requests may spend before normal ones. */
  #credit = 0;
  #isRamping = true;
  /** Answers until a throttled one counts again: those in flight when the limit was halved tell nothing new. */
  #stale = 0;

  constructor(pacers: readonly Pacer[]) {
    this.#pacers = pacers;
  }

  /** Requests that may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The units that requests of a priority spent since this was last asked. */
  takeSpent(priority: Priority = 'normal'): number {
    const spent = this.#spent[priority];
    this.#spent[priority] = 0;
    return spent;
  }

  /**
   * Waits until a request may be sent; `leave` has to follow. `wait` waits for units and ends with the signal.
   * @throws SyncFailure of kind `rate-limited` where the wait would be long, the signal's reason, and whatever `wait` throws;
   * nothing has entered or is counted then.
   */
  async enter(
    units: number,
    wait: (ms: number) => Promise<void>,
    { priority = 'normal', signal }: Entrant = {},
  ): Promise<void> {
    signal?.throwIfAborted();
    const waitMs = await this.#place(units, priority, signal);
    try {
      signal?.throwIfAborted();
      if (waitMs > 0) await wait(waitMs);
    } catch (error) {
      for (const pacer of this.#pacers) pacer.giveBack(units);
      this.#spent[priority] -= units;
      this.#inFlight -= 1;
      throw error;
    } finally {
      this.#pacing -= 1;
      this.#letIn();
    }
  }

  /** Ends a request that has entered. */
  leave(outcome: Outcome): void {
    if (outcome.kind === 'throttled') this.#slowDown(outcome.retryAfterMs ?? THROTTLED_MS);
    else this.#speedUp();
    this.#inFlight -= 1;
    this.#letIn();
  }

  #speedUp(): void {
    if (this.#stale > 0) this.#stale -= 1;
    else if (this.#inFlight >= this.limit)
      this.#limit = Math.min(HIGHEST_LIMIT, this.#limit + (this.#isRamping ? 1 : 1 / this.#limit));
  }

  #slowDown(pauseMs: number): void {
    this.#pacers[0]?.pause(Math.min(pauseMs, LONGEST_RETRY_AFTER_MS));
    if (this.#stale > 0) {
      this.#stale -= 1;
      return;
    }
    this.#isRamping = false;
    this.#limit = Math.max(1, this.#limit / 2);
    this.#stale = this.#inFlight - 1;
  }

  /** Waits for a place in flight; returns how long to wait for the units. */
  async #place(units: number, priority: Priority, signal: AbortSignal | undefined): Promise<number> {
    let giveUp = noop;
    try {
      return await new Promise<number>((enter, fail) => {
        const queue = this.#waiting[priority];
        const request: Waiting = { units, priority, enter, fail };
        giveUp = () => {
          if (!queue.includes(request)) return;
          queue.splice(queue.indexOf(request), 1);
          fail(signal?.reason);
          // Background requests may have waited for this one.
          this.#letIn();
        };
        signal?.addEventListener('abort', giveUp);
        queue.push(request);
        this.#letIn();
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  /** Lets in as many waiting requests as the limit allows. */
  #letIn(): void {
    for (let request = this.#next(); request !== undefined; request = this.#next()) {
      this.#waiting[request.priority].shift();
      try {
        request.enter(this.#admit(request));
      } catch (error) {
        request.fail(error);
      }
    }
  }

  /** The request whose turn it is; undefined while none may be let in. */
  #next(): Waiting | undefined {
    if (this.#inFlight >= this.limit) return undefined;
    const [normal] = this.#waiting.normal;
    const [background] = this.#waiting.background;
    if (background === undefined) return normal;
    if (this.backgroundShare > 0 && this.#credit >= background.units) return background;
    // A normal request also waits while it has a place and no units yet.
    return normal ?? (this.#pacing === 0 ? background : undefined);
  }

  /** Reserves and counts a request's units; returns how long to wait for them. */
  #admit({ units, priority }: Waiting): number {
    const least = Math.max(...this.#pacers.map((pacer) => pacer.waitMs));
    if (least > LONGEST_WAIT_MS) throw new SyncFailure('rate-limited', { retryAfterMs: least });
    const waitMs = Math.max(...this.#pacers.map((pacer) => pacer.reserve(units)));
    this.#spent[priority] += units;
    this.#inFlight += 1;
    this.#pacing += 1;
    this.#keepShare(units, priority);
    return waitMs;
  }

  #keepShare(units: number, priority: Priority): void {
    const { backgroundShare: share } = this;
    this.#credit =
      priority === 'background'
        ? Math.max(0, this.#credit - units)
        : Math.min(MOST_CREDIT, this.#credit + (units * share) / (1 - share));
  }
}
