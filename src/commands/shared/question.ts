import { createInterface } from 'node:readline';
import { EXIT, UserError } from '../../errors';
import type { Context } from './context';

/**
 * Asks a question on the terminal; returns the trimmed line, or undefined if the input ends first.
 * @throws UserError at Ctrl-C, which the terminal does not send as a signal during a question.
 */
export async function askLine(
  { signal, streams: { stdin, stderr } }: Pick<Context, 'signal' | 'streams'>,
  question: string,
): Promise<string | undefined> {
  // A stream that has ended before gives readline no `close` event.
  if (stdin.readableEnded) return undefined;
  const prompt = createInterface({ input: stdin, output: stderr });
  try {
    return await new Promise((resolve, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
      prompt.once('SIGINT', () => reject(new UserError('interrupted', { exitCode: EXIT.interrupted })));
      prompt.once('close', () => resolve(undefined));
      prompt.question(question, (line) => resolve(line.trim()));
    });
  } finally {
    prompt.close();
  }
}
