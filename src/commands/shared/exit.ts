import { EXIT, errorMessage } from '../../errors';
import { printable } from '../render/text';

/** Ends the process after a while if it does not end by itself, but not before its output is read. */
export function leaveWithin(ms: number): void {
  setTimeout(() => {
    const isRead = process.stdout.writableLength === 0 && process.stderr.writableLength === 0;
    if (isRead) process.exit();
    else leaveWithin(ms);
  }, ms).unref();
}

/** One sentence and a hint; the stack of what nobody expected only on demand. */
export async function reportError(error: unknown, verbose: boolean): Promise<number> {
  const { explain } = await import('../../explain.js');
  const known = explain(error);
  process.stderr.write(`gdrive-sync: ${printable(errorMessage(known ?? error))}\n`);
  const hint = known === undefined ? 'this was not expected; -v shows where it happened' : known.hint;
  if (hint !== undefined) process.stderr.write(`hint: ${printable(hint)}\n`);
  if (verbose && error instanceof Error && error.stack !== undefined)
    process.stderr.write(`${error.stack}\n`);
  return known?.exitCode ?? EXIT.failure;
}
