// The emulated Drive in a process of its own, forked by the cases: takes its options as JSON, tells its address, answers questions.
import { createRequire } from 'node:module';
import { compareStore } from './exact.mjs';
import { watchTraffic } from './traffic.mjs';

const { startEmulator } = createRequire(import.meta.url)('../dist/emulator/index.js');
const traffic = watchTraffic();
const emulator = await startEmulator(JSON.parse(process.argv[2] ?? '{}'));

/** Gives so many files a new name or new content, each with an entry in the log. */
function change(count) {
  const { world } = emulator;
  const ids = world.ids({ folders: false }).slice(0, count);
  for (const [index, id] of ids.entries()) {
    if (index % 2 === 0) world.edit(id);
    else world.rename(id, `renamed ${index}`);
  }
  return ids.length;
}

const answers = {
  files: () => emulator.fileCount,
  /** Counts from here on. */
  begin: () => traffic.begin(),
  traffic: () => traffic.facts(),
  compare: ({ store, pageCap }) => compareStore(store, emulator.truth(), pageCap),
  change,
};
process.on('message', ({ id, question, given }) => {
  try {
    process.send({ id, answer: answers[question](given) });
  } catch (error) {
    process.send({ id, error: `${question}: ${error instanceof Error ? error.stack : String(error)}` });
  }
});
// Nobody is left to end it when the cases are killed.
process.on('disconnect', () => process.exit());
process.send({ id: 0, answer: emulator.url });
