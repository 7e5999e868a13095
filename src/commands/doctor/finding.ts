import { errorMessage } from '../../errors';
import { explain } from '../../explain';

/** What a check found. */
export interface Finding {
  check: string;
  /** The account that it is about; absent if it concerns all. */
  account?: string;
  level: 'ok' | 'warning' | 'error';
  says: string;
  remedy?: string | undefined;
}

/** A finding that something works. */
export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says };
}

/** A finding that something works, but not as well as it could. */
export function warning(check: string, says: string, remedy: string): Finding {
  return { check, level: 'warning', says, remedy };
}

/** A finding that something does not work. */
export function broken(check: string, says: string, remedy: string | undefined): Finding {
  return { check, level: 'error', says, remedy };
}

/** Turns any error into a finding. */
export function fromError(check: string, error: unknown): Finding {
  const known = explain(error);
  return broken(check, errorMessage(known ?? error), known?.hint);
}

/** Quotes a path for a shell if necessary. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
