// Compares a store with what the emulated Drive holds; runs in the emulator's process, where the truth is.
import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);
const { compareWithTruth } = require('../dist/commands/demo/check.js');
const { openReader } = require('../dist/store/reader.js');

/** The truth again, counting by corpus and trash while it passes. */
function* counting(truth, counts) {
  for (const file of truth) {
    const listing = `${file.driveId ?? 'user'} ${file.trashed}`;
    counts.set(listing, (counts.get(listing) ?? 0) + 1);
    yield file;
  }
}

/** Compares every live row in all requested fields. `leastPages`: what listing each corpus takes, trashed files apart. */
export function compareStore(store, truth, pageCap) {
  const reader = openReader(store);
  try {
    const counts = new Map();
    const comparison = compareWithTruth(reader, counting(truth, counts));
    const leastPages = [...counts.values()].reduce((sum, count) => sum + Math.ceil(count / pageCap), 0);
    return { ...comparison, leastPages };
  } finally {
    reader.close();
  }
}
