import { setImmediate as nextTurn } from 'node:timers/promises';
import type { IndexProgress } from '../../store/search/index-build';
import type { StoreWriter } from '../../writer/store-writer';

const LONGEST_MS = 10_000;

/** Builds indexes for one turn. Committed steps stay, and the next turn continues from there. */
export async function buildIndexes(writer: StoreWriter, signal: AbortSignal): Promise<IndexProgress> {
  const endsAt = Date.now() + LONGEST_MS;
  for (;;) {
    signal.throwIfAborted();
    const progress = await writer.buildIndexes();
    if (progress.state !== 'building' || Date.now() > endsAt) return progress;
    // A long series of steps must not delay heartbeats and cancellations.
    await nextTurn();
  }
}
