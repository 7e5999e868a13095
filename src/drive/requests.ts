import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncFailure } from '../model/failure';
import type { Credentials } from './auth/credentials';
import { Exchange, withinLimit, type Adapter, type RequestLimits } from './exchange';
import { classify, toSyncFailure } from './failure';
import { clockOf } from './headers';
import type { Limiter, Priority } from './limiter';
import type { BodySink } from './pour';
import { malformed } from './wire/json';

/** The part of a response that we read. */
interface WithHeaders {
  headers: unknown;
}

/** The cost and the limits of a request. */
export interface Request {
  units: number;
  signal: AbortSignal | undefined;
  /** The drive whose corpus is requested: a 404 then means the drive. */
  driveId?: string | undefined;
  /** How long the request may take, in ms; undefined: the usual limit. */
  limitMs?: number | undefined;
  /** Takes the body of the response. */
  sink?: BodySink | undefined;
}

/** Options of the Google client that limit a request. */
export interface SendOptions {
  adapter: Adapter;
  signal?: AbortSignal;
}

/** A response, and a time by Drive's clock, in ms since 1970, no later than the sending of its request. */
export interface Sent<T> {
  answer: T;
  sentAt: number;
}

/** One token may expire in flight, and so may the next; after that the login is lost. */
const MOST_RENEWALS = 2;
const TOKEN_REFUSED =
  'Google refuses the access token that GDRIVE_SYNC_ACCESS_TOKEN holds: it was revoked or has expired';
/** A login may take several requests: a token of another provider, its exchange and an impersonation. */
const LOGIN_REQUESTS = 3;

/** The limits of requests, and how long to wait before retrying a token that cannot be renewed, in ms. */
export interface ClientLimits extends RequestLimits {
  secondTryMs: number;
}

/**
 * Drive's clock, set by the dates of responses. In between it follows the monotonic clock, since somebody may
 * set this machine's.
 */
class DriveClock {
  #aheadMs = Date.now() - performance.now();

  get now(): number {
    return performance.now() + this.#aheadMs;
  }

  /** Sets the clock by the date of a response that arrived at `answeredAt`, by the monotonic clock. */
  set(driveAt: number, answeredAt: number): void {
    this.#aheadMs = driveAt - answeredAt;
  }
}

/** The state that all requests with one login share. */
interface Shared {
  readonly credentials: Credentials;
  readonly limiter: Limiter;
  readonly limits: ClientLimits;
  readonly clock: DriveClock;
  renewals: number;
}

/** Sends requests with one login. Every failure is a `SyncFailure`; an expired access token is renewed. */
export class Requests {
  readonly #shared: Shared;
  readonly #priority: Priority;

  private constructor(shared: Shared, priority: Priority) {
    this.#shared = shared;
    this.#priority = priority;
  }

  static open(credentials: Credentials, limiter: Limiter, limits: ClientLimits): Requests {
    const shared = { credentials, limiter, limits, clock: new DriveClock(), renewals: 0 };
    return new Requests(shared, 'normal');
  }

  /** The same login, clock and limits, for requests that use only what those of higher priority leave. */
  withPriority(priority: Priority): Requests {
    return new Requests(this.#shared, priority);
  }

  /** The quota units that requests of this priority have spent since the last call. */
  takeUnits(): number {
    return this.#shared.limiter.takeSpent(this.#priority);
  }

  /** Drive's clock, in ms since 1970; this machine's before the first response. */
  get serverTime(): number {
    return Math.floor(this.#shared.clock.now);
  }

  /** Sends a request once the limits allow it. */
  async send<T extends WithHeaders>(
    call: Request,
    ask: (options: SendOptions) => Promise<T>,
  ): Promise<Sent<T>> {
    // Many requests share a signal; Node would warn of a leak of listeners.
    if (call.signal !== undefined) setMaxListeners(0, call.signal);
    try {
      return await this.#withToken(call, ask);
    } catch (error) {
      call.signal?.throwIfAborted();
      const failure = toSyncFailure(error);
      const isDriveGone = call.driveId !== undefined && failure.kind === 'not-found';
      throw isDriveGone ? new SyncFailure('source-gone') : failure;
    }
  }

  async #withToken<T extends WithHeaders>(
    call: Request,
    ask: (options: SendOptions) => Promise<T>,
  ): Promise<Sent<T>> {
    for (let tries = 1; ; tries++) {
      const { renewals } = this.#shared;
      try {
        await this.#ensureToken(call.signal);
        return await this.#withinQuota(call, ask);
      } catch (error) {
        if (classify(error).kind !== 'auth-expired' || tries > MOST_RENEWALS) throw error;
        // Another request may have renewed the token meanwhile.
        if (renewals === this.#shared.renewals && !(await this.#renew(tries, call.signal)))
          throw new SyncFailure('needs-login', { says: TOKEN_REFUSED, detail: 'HTTP 401' });
      }
    }
  }

  /** Prepares another try; false if it is pointless. */
  async #renew(tries: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#shared.credentials.renew()) {
      this.#shared.renewals += 1;
      return true;
    }
    if (tries > 1) return false;
    // Google may refuse a ready token once and accept it later.
    await delay(this.#shared.limits.secondTryMs, undefined, signal && { signal });
    return true;
  }

  /**
   * Fetches an access token if there is none, or it expires soon. This happens before the request takes a
   * place in flight.
   */
  async #ensureToken(signal: AbortSignal | undefined): Promise<void> {
    const { credentials, limits } = this.#shared;
    const ask = async () => await credentials.client.getAccessToken();
    try {
      const limit = { ms: limits.ms * LOGIN_REQUESTS, signal, late: slowLogin };
      const token = await withinLimit(ask, limit);
      const text = typeof token === 'string' ? token : token?.token;
      if (typeof text !== 'string' || text === '') throw malformed('the login server sent no access token');
    } catch (error) {
      throw toSyncFailure(error);
    }
  }

  async #withinQuota<T extends WithHeaders>(
    { units, signal, limitMs, sink }: Request,
    ask: (options: SendOptions) => Promise<T>,
  ): Promise<Sent<T>> {
    const { limiter, limits, clock } = this.#shared;
    const wait = (ms: number) => delay(ms, undefined, signal && { signal });
    await limiter.enter(units, wait, { priority: this.#priority, signal });
    const exchange = new Exchange({ ...limits, ms: limitMs ?? limits.ms }, { sink });
    const assumed = clock.now;
    try {
      const answer = await ask({ adapter: exchange.adapter, ...(signal && { signal }) });
      limiter.leave({ kind: 'answered' });
      const driveAt = clockOf(answer.headers);
      if (driveAt !== undefined) clock.set(driveAt, exchange.answeredAt);
      // When the response was dated, its request was at most as old as when the headers arrived.
      return { answer, sentAt: Math.floor(driveAt === undefined ? assumed : driveAt - exchange.waitedMs) };
    } catch (error) {
      const { kind, retryAfterMs } = classify(error);
      limiter.leave(kind === 'rate-limited' ? { kind: 'throttled', retryAfterMs } : { kind: 'answered' });
      throw error;
    }
  }
}

function slowLogin(): SyncFailure {
  return new SyncFailure('too-slow', { says: "Google's login server takes too long to answer" });
}
