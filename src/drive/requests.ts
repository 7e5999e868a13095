import { setMaxListeners } from 'node:events';
import { performance } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { SyncFailure } from '../model/failure';
import type { Credentials } from './auth/credentials';
import { Exchange, withinLimit, type Adapter, type RequestLimits } from './exchange';
import { classify, toSyncFailure } from './failure';
import { clockOf } from './headers';
import type { Limiter, Priority } from './limiter';
import { malformed } from './wire/json';

/** A response of the Google client, as far as it is used here. */
interface Answer {
  headers: unknown;
}

/** What a request costs, and what bounds it. */
export interface Request {
  units: number;
  signal: AbortSignal | undefined;
  /** The drive whose corpus is asked for: what is not found then can only be the drive. */
  driveId?: string | undefined;
  /** How long the request may take, in ms; undefined: the usual limit. */
  limitMs?: number | undefined;
}

/** Options that the Google client needs for a request to be bounded. */
export interface SendOptions {
  adapter: Adapter;
  signal?: AbortSignal;
}

/** A response, and when its request was sent at the latest, by Drive's clock, in ms since 1970. */
export interface Sent<T> {
  answer: T;
  sentAt: number;
}

/** One token may expire under way, and the next one too; a login that is lost has none that is accepted. */
const MOST_RENEWALS = 2;
const TOKEN_REFUSED =
  'Google refuses the access token that GDRIVE_SYNC_ACCESS_TOKEN holds: it was revoked or has expired';
/** A login may take several requests: for a token of another provider, its exchange and an impersonation. */
const LOGIN_REQUESTS = 3;

/** What bounds requests, and how long to wait before a token that cannot be renewed is tried once more, in ms. */
export interface ClientLimits extends RequestLimits {
  secondTryMs: number;
}

/** Drive's clock as responses tell it. Between them it runs with the monotonic one, since this machine's may be set. */
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

/** What all requests with one login have in common. */
interface Shared {
  readonly credentials: Credentials;
  readonly limiter: Limiter;
  readonly limits: ClientLimits;
  readonly clock: DriveClock;
  renewals: number;
}

/** Sends requests with one login: every failure is a `SyncFailure`, and an expired access token is renewed. */
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

  /** The same login, clock and limits, for requests that only use what others leave. */
  inBackground(): Requests {
    return new Requests(this.#shared, 'background');
  }

  /** The quota units that requests of this priority spent since this was last asked. */
  takeUnits(): number {
    return this.#shared.limiter.takeSpent(this.#priority);
  }

  /** Drive's own clock, in ms since 1970; this machine's until a response has told it. */
  get serverTime(): number {
    return Math.floor(this.#shared.clock.now);
  }

  /** Sends a request as soon as the limits allow. */
  async send<T extends Answer>(call: Request, ask: (options: SendOptions) => Promise<T>): Promise<Sent<T>> {
    // Many requests may share a signal; Node would take their listeners for a leak.
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

  async #withToken<T extends Answer>(
    call: Request,
    ask: (options: SendOptions) => Promise<T>,
  ): Promise<Sent<T>> {
    for (let tries = 1; ; tries++) {
      const { renewals } = this.#shared;
      try {
        await this.#haveToken(call.signal);
        return await this.#withinQuota(call, ask);
      } catch (error) {
        if (classify(error).kind !== 'auth-expired' || tries > MOST_RENEWALS) throw error;
        // Another request with the same token may have had it renewed meanwhile.
        if (renewals === this.#shared.renewals && !(await this.#renew(tries, call.signal)))
          throw new SyncFailure('needs-login', { says: TOKEN_REFUSED, detail: 'HTTP 401' });
      }
    }
  }

  /** Has the next try send another token; false if that is pointless. */
  async #renew(tries: number, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#shared.credentials.renew()) {
      this.#shared.renewals += 1;
      return true;
    }
    if (tries > 1) return false;
    // A ready token may be refused in passing.
    await delay(this.#shared.limits.secondTryMs, undefined, signal && { signal });
    return true;
  }

  /** Fetches an access token if there is none, or none that lasts: not while a place among the requests is held. */
  async #haveToken(signal: AbortSignal | undefined): Promise<void> {
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

  async #withinQuota<T extends Answer>(
    { units, signal, limitMs }: Request,
    ask: (options: SendOptions) => Promise<T>,
  ): Promise<Sent<T>> {
    const { limiter, limits, clock } = this.#shared;
    const wait = (ms: number) => delay(ms, undefined, signal && { signal });
    await limiter.enter(units, wait, { priority: this.#priority, signal });
    const exchange = new Exchange({ ...limits, ms: limitMs ?? limits.ms });
    const assumed = clock.now;
    try {
      const answer = await ask({ adapter: exchange.adapter, ...(signal && { signal }) });
      limiter.leave({ kind: 'answered' });
      const driveAt = clockOf(answer.headers);
      if (driveAt !== undefined) clock.set(driveAt, exchange.answeredAt);
      // When the response was dated, its request was no older than it was when the headers arrived.
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
