import { errorCode } from '../../errors';
import type { FailureKind } from '../../model/failure';

/**
 * The failure kinds of SQLite's result codes that concern the store or its disk. All other codes are bugs of
 * this program, or come from a user's own statement: https://sqlite.org/rescode.html
 */
const FAILURE_OF_CODE: readonly (readonly [RegExp, FailureKind])[] = [
  [/^SQLITE_FULL/, 'disk-full'],
  [/^SQLITE_IOERR/, 'disk-error'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'store-busy'],
  [/^SQLITE_(CORRUPT|NOTADB|FORMAT|READONLY|CANTOPEN|PERM|AUTH|NOLFS)/, 'store-unusable'],
];

/** The failure kind of an error that SQLite raised; undefined for other errors. */
export function storeFailure(error: unknown): FailureKind | undefined {
  const code = errorCode(error);
  if (code === undefined || !code.startsWith('SQLITE_')) return undefined;
  return FAILURE_OF_CODE.find(([codes]) => codes.test(code))?.[1] ?? 'internal';
}
