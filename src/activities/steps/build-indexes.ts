import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IndexProgress } from '../../store/search/index-build';
import type { StoreWriter } from '../../writer/store-writer';

const LONGEST_MS = 10_000;

/** Builds indexes for a while; what is committed stays, and the next turn goes on from there. */
export async function buildIndexes(writer: StoreWriter, signal: AbortSignal): Promise<IndexProgress> {
  for (const endsAt = Date.now() + LONGEST_MS; ;) {
    signal.throwIfAborted();
    const progress = await writer.buildIndexes();
    if (progress.state !== 'building' || Date.now() > endsAt) return progress;
    // Many steps in a row must not keep heartbeats and cancellations waiting.
    await nextTurn();
  }
}
