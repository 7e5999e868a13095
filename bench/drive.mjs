// Starts the emulated Drive for a case and asks it questions.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Starts an emulator with these options in a process of its own. */
export async function startDrive(options) {
  const child = fork(fileURLToPath(new URL('emulator.mjs', import.meta.url)), [JSON.stringify(options)]);
  const [{ url }] = await once(child, 'message');
  let asked = 0;
  return {
    url,
    async ask(question) {
      const id = ++asked;
      child.send({ id, question });
      for (;;) {
        const [message] = await once(child, 'message');
        if (message.id === id) return message.answer;
      }
    },
    async close() {
      child.kill();
      await once(child, 'exit');
    },
  };
}
