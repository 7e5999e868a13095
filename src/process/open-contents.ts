import type { Contents } from '../activities/contents';
import { openExtraction, type Extraction } from '../content/extraction/pool';
import { createContentWriter } from '../content/store/content-writer';
import { SILENT, type Log } from '../log';
import type { Home } from './home';

/** Files whose bytes are held at a time. */
const SLOTS = 16;
/** Processes that extract texts: one per processor of a small machine. */
const CHILDREN = 2;

/** Opens the contents of accounts. The accounts share the processes that extract texts. */
export function createContents(home: Home, log: Log = SILENT) {
  let extraction: Extraction | undefined;
  return {
    open(account: string): Contents {
      extraction ??= openExtraction({ folder: home.path, slots: SLOTS, children: CHILDREN, log });
      const paths = { path: home.contentOf(account), metadataPath: home.storeOf(account) };
      const writer = createContentWriter(paths, log.with({ account }));
      return { writer, extraction, close: () => writer.close() };
    },
    async close(): Promise<void> {
      await extraction?.close();
    },
  };
}
