/** All exit codes of the command line. */
export const EXIT = { ok: 0, failure: 1, usage: 2, partial: 3, interrupted: 130 } as const;

/**
 * A problem that the user can fix: printed as one sentence and a hint, without a stack trace.
 * `exitCode` is `EXIT.usage` if the command line itself is wrong, otherwise `EXIT.failure`.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly hint: string | undefined;
  readonly exitCode: number;

  constructor(message: string, options: { hint?: string; exitCode?: number; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.hint = options.hint;
    this.exitCode = options.exitCode ?? EXIT.failure;
  }
}

/** A store that is damaged, belongs to another program, has a newer schema, or cannot be opened. */
export class StoreError extends UserError {}

/** Credentials that are missing or cannot be read. */
export class LoginError extends UserError {}

/** The `code` of a Node or SQLite error; `instanceof` is unreliable across realms and native addons. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True if SQLite reports that a file is damaged or not a database. */
export function isDamage(error: unknown): boolean {
  return /^SQLITE_(CORRUPT|NOTADB)/.test(errorCode(error) ?? '');
}

/** The first line of an error's message, for one-sentence reports. */
export function errorMessage(error: unknown): string {
  const text = error instanceof Error || hasMessage(error) ? error.message : String(error);
  return text.split('\n', 1)[0] ?? '';
}

function hasMessage(error: unknown): error is { message: string } {
  return (
    typeof error === 'object' && error !== null && 'message' in error && typeof error.message === 'string'
  );
}

/** What to do about a store that SQLite cannot read. */
export const DAMAGED_STORE_HINT =
  'move the file away and run `gdrive-sync sync`: it makes a new copy; only the history is lost';
