// Starts the emulated Drive for a case and asks it questions.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts an emulator with these options in a process of its own. */
export async function startDrive(options) {
  const child = fork(fileURLToPath(new URL('emulator.mjs', import.meta.url)));
  // As an argument, thousands of shared drives would be too long.
  child.send(options);
  const waiting = new Map();
  const gone = once(child, 'exit');
  child.on('exit', (code) => {
    for (const { fail } of waiting.values()) fail(new Error(`the emulated Drive ended with ${code}`));
  });
  const answerOf = (id) => new Promise((settle, fail) => waiting.set(id, { settle, fail }));
  child.on('message', ({ id, answer, error }) => {
    const { settle, fail } = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) settle(answer);
    else fail(new Error(error));
  });
  // What it tells unasked, once it listens, is its address.
  const url = await answerOf(0);
  let asked = 0;
  return {
    url,
    async ask(question, given) {
      const id = ++asked;
      child.send({ id, question, given });
      return await answerOf(id);
    },
    async close() {
      child.kill();
      await gone;
    },
  };
}
