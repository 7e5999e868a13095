/** A home with a store that no sync has filled: for commands that only read. */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import type { FileRecord } from '../../src/model/file';
import type { Rig } from './cli';
import { openTestStore, page } from './stores';

/** Gives a rig's home a store with these files, its first crawl complete and its indexes built. */
export function fillStore({ store: path }: Pick<Rig, 'store'>, files: readonly FileRecord[]): void {
  mkdirSync(dirname(path), { recursive: true });
  const box = openTestStore(path);
  try {
    box.store.changeSettings({ walk: false });
    box.commit(page(box.claim(0).fence, { files }));
    box.settle();
    while (box.store.buildIndexes().state === 'building');
  } finally {
    box.store.close();
  }
}
