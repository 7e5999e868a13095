import { isDeepStrictEqual } from 'node:util';
import { RECORD_COLUMNS, requestedPart, toDriveFile } from '../../model/file';
import type { Reader } from '../../store/reader';

/** The result of comparing a store with Drive. */
export interface Comparison {
  equal: number;
  different: number;
  missing: number;
  /** Live rows that Drive does not hold. */
  extra: number;
}

/** Compares every field of every live row with the files in Drive, both ways, in constant memory. */
export function compareWithTruth(reader: Reader, truth: Iterable<object>): Comparison {
  const result: Comparison = { equal: 0, different: 0, missing: 0, extra: 0 };
  const find = `SELECT ${RECORD_COLUMNS.join(', ')} FROM file WHERE id = ? AND removed_at IS NULL`;
  let held = 0;
  for (const file of truth) {
    held += 1;
    const expected = requestedPart(file);
    const row = reader.get(find, String(expected['id']));
    if (row === undefined) result.missing += 1;
    else if (isDeepStrictEqual(toDriveFile(row), expected)) result.equal += 1;
    else result.different += 1;
  }
  const live = Number(reader.get('SELECT count(*) AS live FROM file WHERE removed_at IS NULL')?.['live']);
  result.extra = live - (held - result.missing);
  return result;
}
