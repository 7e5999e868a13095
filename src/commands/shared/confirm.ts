import { createInterface } from 'node:readline/promises';
import { EXIT, UserError } from '../../errors';
import type { Context } from './context';

/**
 * Prints what will be deleted and asks whether to continue.
 * @throws UserError if there is no terminal to ask on, or if the answer is not yes.
 */
export async function confirm(
  { ask, signal, streams: { stdin, stderr } }: Context,
  loss: string,
  yes: boolean,
): Promise<void> {
  if (yes) return;
  if (stdin.isTTY !== true) {
    throw new UserError('this command needs a confirmation, but there is no terminal to ask on', {
      hint: 'add --yes',
      exitCode: EXIT.usage,
    });
  }
  ask(loss);
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    const answer = await prompt.question('Continue? [y/N] ', { signal });
    if (!/^y(es)?$/i.test(answer.trim())) throw new UserError('nothing was deleted');
  } finally {
    prompt.close();
  }
}
