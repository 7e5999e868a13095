/** Exit codes of the command line, the whole list. */
export const EXIT = { ok: 0, failure: 1, usage: 2, partial: 3, interrupted: 130 } as const;

/**
 * A mistake or a circumstance that the user can mend: printed as one sentence and a hint, never with a stack.
 * `exitCode` is `EXIT.usage` where the command line itself is wrong, else `EXIT.failure`.
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

/** A store that cannot be used: it is damaged, another program's, of a newer schema, or cannot be opened. */
export class StoreError extends UserError {}

/** Credentials that are missing or cannot be read. */
export class LoginError extends UserError {}

/** The `code` of a Node or SQLite error, or undefined; `instanceof` is unreliable across realms and native addons. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True for SQLite's word that what it reads is no database, or not a whole one. */
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
