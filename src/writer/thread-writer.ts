import { dirname, join } from 'node:path';
import type { Log } from '../log';
import { threadClient } from '../threads/client';
import { createThreadDecoder } from './decoder';
import type { PageWriter } from './page-writer';
import { decodingWriter, type StoreWriter } from './store-writer';

/** Records are unpacked one by one and die at once, so that little room does; and a bound that keeps garbage from piling up. */
const HEAP = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 };

/** What the thread is started with. */
export interface ThreadData {
  /** The store's file. */
  path: string;
}

/**
 * Writes to the store at `path` in a thread of its own, and decodes in another, so that neither keeps requests nor Temporal waiting. A thread
 * that breaks fails its calls; the next call starts another one.
 */
export function createThreadWriter(
  path: string,
  script = join(__dirname, 'writer-thread.js'),
  log?: Log,
): StoreWriter {
  const workerData: ThreadData = { path };
  return decodingWriter(
    threadClient<PageWriter>(script, { workerData, resourceLimits: HEAP, log }),
    createThreadDecoder(join(dirname(script), 'decoder-thread.js')),
  );
}
