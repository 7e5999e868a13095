import { join } from 'node:path';
import type { Log } from '../../log';
import { threadClient, type Served } from '../../threads/client';
import type { ContentStore } from './content-store';

/** The files of an account. */
export interface ContentPaths {
  path: string;
  /** The metadata store. */
  metadataPath: string;
}

/** The calls of `ContentStore`, each with a promise. */
export type ContentWriter = {
  [K in keyof ContentStore]: (
    ...args: Parameters<ContentStore[K]>
  ) => Promise<Awaited<ReturnType<ContentStore[K]>>>;
};

/** Texts pass through the heap one at a time. */
const HEAP = { maxYoungGenerationSizeMb: 16, maxOldGenerationSizeMb: 256 };

/** Gives every call of a store a promise. */
export function asWriter(store: ContentStore): ContentWriter {
  const entries = Object.entries(store).map(([name, call]: [string, (...args: never[]) => unknown]) => [
    name,
    async (...args: never[]) => await Promise.resolve(call(...args)),
  ]);
  return Object.fromEntries(entries) as ContentWriter;
}

/** Writes texts in a thread of their own. If it breaks, its calls fail, and the next call starts another one. */
export function createContentWriter(
  paths: ContentPaths,
  log?: Log,
  script = join(__dirname, 'content-thread.js'),
): Served<ContentWriter> {
  return threadClient<ContentWriter>(script, {
    workerData: paths,
    resourceLimits: HEAP,
    log,
    idleMs: 60_000,
  });
}
