// What the cases share: sizes, the emulated Drive, homes among the temporary files, and what one case knows from another.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startDrive } from './drive.mjs';
import { storeOf } from './sync-run.mjs';

/** A Drive of more files does not keep them as they were written: there would be no room for what is measured. */
const MOST_KEPT = 1_000_000;

/** `scale` makes every case smaller by this factor, to try the cases themselves; `choices` are what single cases may be told. */
export function openWorkbench({ scale, full, choices = {} }) {
  const homes = new Set();
  let running;
  // What an interrupted run leaves behind can be gigabytes.
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(1));
  process.once('exit', () => [...homes].forEach((home) => bench.drop(home)));
  const bench = {
    full,
    choices,
    /** What cases leave for later ones. */
    known: {},
    size: (files) => Math.max(1, Math.round(files * scale)),
    /** The emulated Drive with these options; the last one is kept, as making a large one takes a while. `fresh`: not one that was used. */
    async drive(given, { fresh = false } = {}) {
      const options = { ...given, keepFiles: given.corpus.files <= MOST_KEPT };
      const key = JSON.stringify(options);
      if (running?.key === key && !fresh) return running;
      await running?.close();
      running = undefined;
      running = { key, pageCap: options.pageCap, ...(await startDrive(options)) };
      return running;
    },
    home() {
      const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-bench-run-'));
      homes.add(home);
      return home;
    },
    drop(home) {
      homes.delete(home);
      rmSync(home, { recursive: true, force: true, maxRetries: 5 });
    },
    compare: async (drive, home) =>
      await drive.ask('compare', { store: storeOf(home), pageCap: drive.pageCap }),
    async close() {
      await running?.close();
    },
  };
  return bench;
}

/** Lets a home be used, and removes it. */
export async function inFreshHome(bench, use) {
  const home = bench.home();
  try {
    return await use(home);
  } finally {
    bench.drop(home);
  }
}
