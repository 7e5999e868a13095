import { LONGEST_RETRY_AFTER_MS, SyncFailure } from '../model/failure';
import { CONTENT_UNITS } from '../model/media';

/** The quota units of a request: https://developers.google.com/workspace/drive/api/guides/limits */
export const UNITS = { list: 100, read: 5, content: CONTENT_UNITS } as const;

/** The units per minute that Google grants a whole project. */
export const PROJECT_UNITS = 1_000_000;

/** At most one second's units are saved up: Google counts by the minute, but throttles bursts. */
const BURST_MS = 1_000;
const FIRST_LIMIT = 8;
const HIGHEST_LIMIT = 64;
/** The pause after a throttled response without a Retry-After header. */
const THROTTLED_MS = 1_000;

/** A longer wait becomes a failure, so that the caller can do other work meanwhile. */
const LONGEST_WAIT_MS = 2_000;

function noop(): void {
  // Replaced before the signal can abort.
}

/**
 * The most units that background requests save up: those of a few requests, so that no burst follows a pause.
 */
const MOST_CREDIT = 2 * UNITS.list;

/** A token bucket that starts empty: it spreads units evenly over time. Times in ms. */
export class Pacer {
  readonly #msPerUnit: number;
  readonly #now: () => number;
  /** When all reserved units will have been earned. */
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

  /** Reserves units; returns how long to wait before they may be spent. */
  reserve(units: number): number {
    const now = this.#now();
    this.#earnedAt = Math.max(this.#earnedAt, now - BURST_MS) + units * this.#msPerUnit;
    return Math.max(0, this.#earnedAt - now);
  }

  /** Returns reserved units that were not spent. */
  giveBack(units: number): void {
    this.#earnedAt = Math.max(this.#earnedAt - units * this.#msPerUnit, this.#pausedUntil);
  }

  /** Stops all spending for a while. */
  pause(ms: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#now() + ms);
    this.#earnedAt = Math.max(this.#earnedAt, this.#pausedUntil);
  }
}

/** How a request ended: this decides how many may be in flight. */
export type Outcome = { kind: 'answered' } | { kind: 'throttled'; retryAfterMs: number | undefined };

/**
 * A `background` request is sent only if no `normal` one waits, except for its share, and a `content` request
 * only if no other waits.
 */
export type Priority = 'normal' | 'background' | 'content';

/** The priority of a request, and the signal that ends its wait. */
export interface Entrant {
  priority?: Priority;
  signal?: AbortSignal | undefined;
}

interface QueuedRequest {
  units: number;
  priority: Priority;
  /** Lets the request in, with the time that it waits for its units. */
  enter: (waitMs: number) => void;
  fail: (error: unknown) => void;
}

/**
 * Limits the requests of one user that are in flight, by additive increase and multiplicative decrease: one
 * more for each answer until something is throttled, half as many for each throttled one, and from then on
 * slowly more. Units come from all pacers. The first pacer is the user's own; it pauses when Google
 * throttles.
 */
export class Limiter {
  /** The share of the units that background requests get even while normal ones wait: at least 0, below 1. */
  backgroundShare = 0;
  readonly #pacers: readonly Pacer[];
  readonly #waiting: Record<Priority, QueuedRequest[]> = { normal: [], background: [], content: [] };
  readonly #spent: Record<Priority, number> = { normal: 0, background: 0, content: 0 };
  #limit = FIRST_LIMIT;
  #inFlight = 0;
  /** Requests that were let in and wait for their units. */
  #pacing = 0;
  /** Units that background requests may spend before normal ones. */
  #credit = 0;
  #isRamping = true;
  /** Ignore this many answers: requests that were in flight when the limit was halved tell nothing new. */
  #stale = 0;

  constructor(pacers: readonly Pacer[]) {
    this.#pacers = pacers;
  }

  /** Requests that may be in flight now. */
  get limit(): number {
    return Math.floor(this.#limit);
  }

  /** The units that requests of a priority have spent since the last call. */
  takeSpent(priority: Priority = 'normal'): number {
    const spent = this.#spent[priority];
    this.#spent[priority] = 0;
    return spent;
  }

  /**
   * Waits until a request may be sent; the caller must call `leave` afterwards. `wait` waits for units and
   * ends with the signal.
   * @throws SyncFailure of kind `rate-limited` if the wait would be long, the signal's reason, or what `wait`
   * throws. Nothing has entered or is counted then.
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
        const request: QueuedRequest = { units, priority, enter, fail };
        giveUp = () => {
          if (!queue.includes(request)) return;
          queue.splice(queue.indexOf(request), 1);
          fail(signal?.reason);
          // Background requests may have been waiting for this one.
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

  /** The next request to let in; undefined if there is none, or no place for it. */
  #next(): QueuedRequest | undefined {
    if (this.#inFlight >= this.limit) return undefined;
    const [normal] = this.#waiting.normal;
    const [background] = this.#waiting.background;
    if (background !== undefined && this.backgroundShare > 0 && this.#credit >= background.units)
      return background;
    if (normal !== undefined) return normal;
    // The others also wait while requests wait for their units.
    return this.#pacing === 0 ? (background ?? this.#waiting.content[0]) : undefined;
  }

  /** Reserves and counts a request's units; returns how long to wait for them. */
  #admit({ units, priority }: QueuedRequest): number {
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
