import type { SqlValue } from '../../model/values';
import type { Reader, Row } from '../../store/reader';

const ROWS_A_PAGE = 1_000;

/**
 * Reads rows in the order of an ascending key, a page at a time. Each page is a transaction of its own: a
 * slow reader, such as `less`, would otherwise keep SQLite from reusing its write-ahead log, which would grow
 * for as long as a sync writes. The whole is not a snapshot, but every row that exists throughout comes once.
 * `read` returns at most `limit` rows with a key above `after`.
 */
export function* inPages<T>(
  read: (after: number, limit: number) => readonly T[],
  keyOf: (row: T) => number,
): Generator<T> {
  let after = 0;
  for (;;) {
    const page = read(after, ROWS_A_PAGE);
    yield* page;
    const last = page.at(-1);
    if (last === undefined || page.length < ROWS_A_PAGE) return;
    after = keyOf(last);
  }
}

/**
 * The same for live files that meet a condition which an index answers in another order. It reads all keys at
 * once, eight bytes each, then the rows by their keys. When it reads a row, it checks the condition again, or
 * `recheck`, which takes the same parameters and should not look at all files for each page.
 */
export function* filesWhere(
  reader: Reader,
  columns: string,
  {
    condition,
    recheck = condition,
    params,
  }: { condition: string; recheck?: string; params: readonly SqlValue[] },
): Generator<Row> {
  const all = `SELECT pk FROM file WHERE removed_at IS NULL AND ${condition} ORDER BY pk`;
  const keys = [...reader.iterateValues(all, ...params)].flat();
  const rows = `SELECT ${columns} FROM file WHERE pk IN (SELECT value FROM json_each(?)) AND removed_at IS NULL AND ${recheck}`;
  for (let at = 0; at < keys.length; at += ROWS_A_PAGE)
    yield* reader.all(rows, JSON.stringify(keys.slice(at, at + ROWS_A_PAGE)), ...params);
}
