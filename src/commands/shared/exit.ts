import { EXIT, errorMessage } from '../../errors';
import { explain } from '../../explain';
import { printable } from '../render/text';

/**
 * Writes an error as one sentence and a hint, with its stack trace only if `verbose`; returns the exit code.
 */
export function reportError(error: unknown, write: (text: string) => void, verbose = false): number {
  const known = explain(error);
  write(`gdrive-sync: ${printable(errorMessage(known ?? error))}\n`);
  const hint = known === undefined ? 'this error is unexpected; -v shows where it happened' : known.hint;
  if (hint !== undefined) write(`hint: ${printable(hint)}\n`);
  if (verbose && error instanceof Error && error.stack !== undefined) write(`${error.stack}\n`);
  return known?.exitCode ?? EXIT.failure;
}
