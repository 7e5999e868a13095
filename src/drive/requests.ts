import { setTimeout as delay } from 'node:timers/promises';
import { SyncFailure } from '../model/failure';
import type { Credentials } from './auth/credentials';
import { classify, toSyncFailure } from './failure';
import type { Limiter } from './limiter';
import { isObject } from './wire/json';

/** An answer of the Google client, as far as it matters here. */
interface Answer {
  headers: unknown;
}

/** One token may expire under way, and the next one too; a login that is lost has none that is taken. */
const MOST_RENEWALS = 2;

/** Sends requests with one login: every failure is a `SyncFailure`, and an expired access token is renewed. */
export class Requests {
  readonly #credentials: Credentials;
  readonly #limiter: Limiter;
  #skewMs = 0;
  #renewals = 0;

  constructor(credentials: Credentials, limiter: Limiter) {
    this.#credentials = credentials;
    this.#limiter = limiter;
  }

  /** The quota units that were spent since this was last asked. */
  takeUnits(): number {
    return this.#limiter.takeSpent();
  }

  /** Drive's own clock, in ms since 1970, as far as an answer has told it. */
  get serverTime(): number {
    return Date.now() + this.#skewMs;
  }

  /** Sends a request that costs so many units, as soon as the limits allow. */
  async send<T extends Answer>(
    units: number,
    request: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      const answer = await this.#withFreshToken(() => this.#withinLimits(units, request, signal));
      const driveAt = clockOf(answer.headers);
      if (driveAt !== undefined) this.#skewMs = driveAt - Date.now();
      return answer;
    } catch (error) {
      signal?.throwIfAborted();
      throw toSyncFailure(error);
    }
  }

  /** A request on one drive's corpus: what is not found there can only be the drive. */
  async sendIn<T extends Answer>(
    driveId: string | undefined,
    units: number,
    request: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    try {
      return await this.send(units, request, signal);
    } catch (error) {
      const isGone = driveId !== undefined && error instanceof SyncFailure && error.kind === 'not-found';
      throw isGone ? new SyncFailure('source-gone') : error;
    }
  }

  async #withFreshToken<T>(limited: () => Promise<T>): Promise<T> {
    for (let tries = 1; ; tries++) {
      const renewals = this.#renewals;
      try {
        return await limited();
      } catch (error) {
        if (classify(error).kind !== 'auth-expired' || tries > MOST_RENEWALS) throw error;
        // Another request with the same token may have had it renewed meanwhile.
        if (renewals !== this.#renewals) continue;
        if (!this.#credentials.renew()) throw error;
        this.#renewals += 1;
      }
    }
  }

  async #withinLimits<T>(
    units: number,
    request: () => Promise<T>,
    signal: AbortSignal | undefined,
  ): Promise<T> {
    await this.#limiter.enter(units, (ms) => delay(ms, undefined, signal && { signal }));
    try {
      const answer = await attempt(request, signal);
      this.#limiter.leave({ kind: 'answered' });
      return answer;
    } catch (error) {
      const { kind, retryAfterMs } = classify(error);
      this.#limiter.leave(
        kind === 'rate-limited' ? { kind: 'throttled', retryAfterMs } : { kind: 'answered' },
      );
      throw error;
    }
  }
}

async function attempt<T>(send: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  // The Google client overlooks a signal that is aborted already.
  signal?.throwIfAborted();
  try {
    return await send();
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Drive's clock when it sent the answer, in ms since 1970; undefined where the answer does not tell. */
export function clockOf(headers: unknown): number | undefined {
  const get: unknown = isObject(headers) ? headers['get'] : undefined;
  const date: unknown = typeof get === 'function' ? get.call(headers, 'date') : undefined;
  const at = typeof date === 'string' ? Date.parse(date) : NaN;
  return Number.isNaN(at) ? undefined : at;
}
