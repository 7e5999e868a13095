import { drive } from 'googleapis/build/src/apis/drive';
import { DEFAULT_LIMITS, Exchange, type RequestLimits } from './exchange';
import { toSyncFailure } from './failure';
import { clockOf } from './headers';

/** What any answer of Drive shows about the connection. */
export interface DriveProbe {
  status: number;
  /** From the request to the answer, in ms. */
  tookMs: number;
  /** How far Drive's clock is ahead of this machine's, in ms; undefined if the answer has no date. */
  aheadMs: number | undefined;
}

/**
 * Sends a request without a login, over the same network path as all others. Any answer proves that Drive can be reached.
 * @throws SyncFailure if no answer comes.
 */
export async function probe(
  rootUrl: string | undefined,
  signal: AbortSignal,
  limits: RequestLimits = DEFAULT_LIMITS,
): Promise<DriveProbe> {
  const { adapter } = new Exchange(limits);
  const api = drive({ version: 'v3', retry: false, ...(rootUrl !== undefined && { rootUrl }) });
  const askedAt = Date.now();
  try {
    const options = { adapter, signal, validateStatus: () => true };
    const { status, headers } = await api.about.get({ fields: 'kind' }, options);
    const tookMs = Date.now() - askedAt;
    const driveAt = clockOf(headers);
    return { status, tookMs, aheadMs: driveAt && driveAt - (askedAt + tookMs / 2) };
  } catch (error) {
    signal.throwIfAborted();
    throw toSyncFailure(error);
  }
}
