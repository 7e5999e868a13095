// The emulated Drive in a process of its own, forked by the cases: takes its options as JSON, tells its address, answers questions.
import { createRequire } from 'node:module';

const { startEmulator } = createRequire(import.meta.url)('../dist/emulator/index.js');
const emulator = await startEmulator(JSON.parse(process.argv[2] ?? '{}'));

const answers = {
  counts: () => emulator.counts,
  files: () => emulator.fileCount,
};
process.on('message', ({ id, question }) => process.send({ id, answer: answers[question]() }));
process.send({ url: emulator.url });
