import { setTimeout as delay } from 'node:timers/promises';
import { isTemporary, retryDelayMs, SyncFailure } from '../../model/failure';
import type { Context } from '../shared/context';
import { formatSpan } from '../render/text';

const LIMIT_MS = 60_000;

/**
 * Retries a request to Google after temporary errors, for at most a minute, so that nobody has to repeat a
 * login in the browser.
 */
export async function waitOut<T>(
  { signal, tell }: Pick<Context, 'signal' | 'tell'>,
  ask: () => Promise<T>,
): Promise<T> {
  const endsAt = Date.now() + LIMIT_MS;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof SyncFailure) || !isTemporary(error.kind)) throw error;
      const { kind, message, retryAfterMs } = error;
      const waitMs = retryDelayMs(kind, { attempt, retryAfterMs, random: Math.random() });
      if (Date.now() + waitMs > endsAt) throw error;
      tell(`${message}: trying again in ${formatSpan(waitMs)}`);
      await delay(waitMs, undefined, { signal });
    }
  }
}
