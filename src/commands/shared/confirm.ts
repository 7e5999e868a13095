import { EXIT, UserError } from '../../errors';
import type { Context } from './context';
import { askLine } from './question';

/**
 * Prints what will happen and asks whether to continue. `refused`: what is said after a no.
 * @throws UserError if there is no terminal to ask on, or if the answer is not yes.
 */
export async function confirm(
  context: Context,
  loss: string,
  yes: boolean,
  refused = 'nothing was deleted',
): Promise<void> {
  if (yes) return;
  if (context.streams.stdin.isTTY !== true) {
    throw new UserError('this command needs a confirmation, but there is no terminal to ask on', {
      hint: 'add --yes',
      exitCode: EXIT.usage,
    });
  }
  context.ask(loss);
  const answer = await askLine(context, 'Continue? [y/N] ');
  if (!/^y(es)?$/i.test(answer ?? '')) throw new UserError(refused);
}
