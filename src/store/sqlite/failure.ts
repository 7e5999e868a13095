import { errorCode } from '../../errors';
import type { FailureKind } from '../../model/failure';

/**
 * What SQLite's result codes say of the store or its disk. All others are mistakes of this program, or come from a statement of the
 * user's: https://sqlite.org/rescode.html
 */
const FAILURE_OF_CODE: readonly (readonly [RegExp, FailureKind])[] = [
  [/^SQLITE_FULL/, 'disk-full'],
  [/^SQLITE_IOERR/, 'disk-error'],
  [/^SQLITE_(BUSY|LOCKED|PROTOCOL)/, 'store-busy'],
  [/^SQLITE_(CORRUPT|NOTADB|FORMAT|READONLY|CANTOPEN|PERM|AUTH|NOLFS)/, 'store-unusable'],
];

/** The failure kind of an error that SQLite raised, or undefined if it is none of SQLite's. */
export function storeFailure(error: unknown): FailureKind | undefined {
  const code = errorCode(error);
  if (code === undefined || !code.startsWith('SQLITE_')) return undefined;
  return FAILURE_OF_CODE.find(([codes]) => codes.test(code))?.[1] ?? 'internal';
}
