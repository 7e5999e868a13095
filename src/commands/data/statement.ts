import { readFileSync } from 'node:fs';
import { addAbortSignal } from 'node:stream';
import { text } from 'node:stream/consumers';
import { errorCode, errorMessage, EXIT, UserError } from '../../errors';
import { VIEWS } from '../../queries/views';
import type { Context } from '../shared/context';

/** Stands for stdin on the command line. */
const STDIN = '-';

/**
 * The statement of a command line: its argument, a file, or stdin unless it is a terminal. Undefined
 * without a statement.
 * @throws UserError if the file cannot be read, or both are given.
 */
export async function readStatement(
  { streams: { stdin }, signal }: Pick<Context, 'streams' | 'signal'>,
  { argument, file }: { argument: string | undefined; file: string | undefined },
): Promise<string | undefined> {
  if (file !== undefined) {
    if (argument === undefined) return readFile(file);
    throw usage('sql takes a statement or --file, not both', 'leave out one of them');
  }
  const isPiped = argument === undefined && stdin.isTTY !== true;
  if (argument !== STDIN && !isPiped) return argument;
  const statement = await text(addAbortSignal(signal, stdin));
  return isPiped && statement.trim() === '' ? undefined : statement;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UserError(`cannot read ${path}: ${errorMessage(error)}`, {
      hint: '--file takes a file with one SQL statement',
      exitCode: EXIT.usage,
      cause: error,
    });
  }
}

function usage(message: string, hint: string): UserError {
  return new UserError(message, { hint, exitCode: EXIT.usage });
}

/** The first word of a statement, after spaces and comments. */
const FIRST_WORD = /^(?:\s|--[^\n]*(?:\n|$)|\/\*[^]*?\*\/)*([a-z]+)/i;
const WRITING =
  /^(?:insert|replace|update|delete|create|drop|alter|attach|detach|vacuum|reindex|analyze|begin|commit|end|rollback|savepoint|release)$/i;

function isWriting(statement: string, error: unknown): boolean {
  const [, word = ''] = FIRST_WORD.exec(statement) ?? [];
  const isRefused = error instanceof TypeError || errorMessage(error).startsWith('cannot modify ');
  return isRefused || WRITING.test(word);
}

/** Turns an error of SQLite about a statement into one sentence; leaves any other error as it is. */
export function statementError(statement: string, error: unknown): unknown {
  const message = errorMessage(error);
  if (message.endsWith('contains more than one statement'))
    return usage('sql runs one statement, and there are several', 'run them one by one');
  if (message.endsWith('contains no statements'))
    return usage('there is no SQL statement to run', 'for example "SELECT count(*) FROM files"');
  if (!(error instanceof TypeError) && errorCode(error) !== 'SQLITE_ERROR') return error;
  if (isWriting(statement, error))
    return usage('only read-only statements are allowed', 'use SELECT; only a sync changes the copy');
  const hint = `the views are ${VIEWS.map(({ name }) => name).join(', ')}; docs/schema.md lists their columns`;
  return usage(`SQLite says: ${message}`, hint);
}
