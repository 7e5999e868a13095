import { dirname, join } from 'node:path';
import type { Log } from '../log';
import { threadClient } from '../threads/client';
import { createThreadDecoder } from './decoder';
import type { PageWriter } from './page-writer';
import { decodingWriter, type StoreWriter } from './store-writer';

/**
 * Records are unpacked one by one and die young, so a small heap is enough, and its limit keeps garbage from
 * piling up.
 */
const HEAP = { maxYoungGenerationSizeMb: 6, maxOldGenerationSizeMb: 256 };

/** The data that the thread starts with. */
export interface ThreadData {
  /** The store's file. */
  path: string;
}

/**
 * Writes to the store at `path` in one thread and decodes in another, so that neither delays requests or
 * Temporal. If a thread breaks, its calls fail, and the next call starts another one.
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
