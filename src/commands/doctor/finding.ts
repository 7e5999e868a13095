import { errorMessage } from '../../errors';
import { explain } from '../../explain';

/** What a check found. */
export interface Finding {
  check: string;
  /** The account that it is about; absent for what all share. */
  account?: string;
  level: 'ok' | 'warning' | 'error';
  says: string;
  remedy?: string | undefined;
}

/** Something is as it should be. */
export function ok(check: string, says: string): Finding {
  return { check, level: 'ok', says };
}

/** Something works, but not as well as it could. */
export function warning(check: string, says: string, remedy: string): Finding {
  return { check, level: 'warning', says, remedy };
}

/** Something does not work. */
export function broken(check: string, says: string, remedy: string | undefined): Finding {
  return { check, level: 'error', says, remedy };
}

/** An error of the product as a finding. */
export function fromError(check: string, error: unknown): Finding {
  const known = explain(error);
  return broken(check, errorMessage(known ?? error), known?.hint);
}

/** A path as a shell takes it, whatever it is made of. */
export function quoted(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", String.raw`'\''`)}'`;
}
