import { DRIVE_FIELDS, EXPORT_COLUMNS, FILE_COLUMNS, toDriveJson } from '../../model/file';
import type { SqlValue } from '../../model/values';
import type { Reader } from '../../store/reader';
import { VIEWS } from '../views';
import type { Target } from './items';
import { keysBelow } from './keys-below';
import { inPages } from './pages';
import type { Ancestor, Roots } from './places';

/** Which files to read. */
export interface Wanted {
  trashed: boolean;
  /** Only these; undefined means every live file. */
  below?: { target: Target; roots: Roots } | undefined;
}

/** The columns of the view `files`, in order. */
export const FILES_VIEW: readonly string[] = (VIEWS.find(({ name }) => name === 'files')?.columns ?? []).map(
  ([name]) => name,
);

/** What the columns of the view `files` are where they are no column of `file`. */
const DERIVED: Readonly<Record<string, string>> = {
  web_view_link: "extra ->> '$.webViewLink'",
  shortcut_target_id: "extra ->> '$.shortcutDetails.targetId'",
  source: '(SELECT source.id FROM source WHERE source.pk = source_pk)',
};

/**
 * SQL for a column of the view `files` or a field of Drive's; undefined for any other name. 64-bit integers
 * are texts, so that they lose no digit. Lists and objects are JSON; a single parent is its id.
 */
function expressionOf(name: string): string | undefined {
  const typed = FILE_COLUMNS.find(({ column, field }) => name === column || name === field);
  if (typed !== undefined) return typed.type === 'int64' ? `CAST(${typed.column} AS TEXT)` : typed.column;
  if (FILES_VIEW.includes(name)) return DERIVED[name] ?? name;
  if (name === 'parents') return "coalesce(extra ->> '$.parents', parent_id)";
  return DRIVE_FIELDS.includes(name) ? `extra ->> '$.${name}'` : undefined;
}

/** True for a name that `fileRows` takes. */
export function isFileColumn(name: string): boolean {
  return expressionOf(name) !== undefined;
}

/** A row, and what its path needs. */
export interface FileRow {
  values: SqlValue[];
  item: Ancestor;
}

const ITEM = ['id', 'name', 'parent_id', 'owned_by_me', 'drive_id'];

/** The values of the named columns, for each file, in pages, in constant memory. */
export function* fileRows(reader: Reader, columns: readonly string[], which: Wanted): Generator<FileRow> {
  const expressions = columns.map((name) => expressionOf(name) ?? 'NULL');
  for (const row of readRows(reader, [...ITEM, ...expressions], which))
    yield { values: row.slice(ITEM.length, -1), item: toItem(row) };
}

/** Each file as JSON with Drive's own field names, in pages, in constant memory. */
export function* driveJson(reader: Reader, which: Wanted): Generator<{ json: string; item: Ancestor }> {
  for (const row of readRows(reader, [...ITEM, ...EXPORT_COLUMNS], which))
    yield { json: toDriveJson(row.slice(ITEM.length, -1)), item: toItem(row) };
}

function toItem([id, name, parentId, owned, driveId]: readonly SqlValue[]): Ancestor {
  return {
    id: String(id),
    name: typeof name === 'string' ? name : '',
    parentId: typeof parentId === 'string' ? parentId : undefined,
    isMine: owned === 1,
    isOwn: owned === 1 || driveId !== null,
  };
}

const ROWS_A_PAGE = 1_000;

/** Rows with the key as the last value. Each page is a transaction of its own (see `inPages`). */
function* readRows(
  reader: Reader,
  columns: readonly string[],
  { trashed, below }: Wanted,
): Generator<SqlValue[]> {
  const select = `SELECT ${columns.join(', ')}, pk FROM file WHERE removed_at IS NULL${trashed ? '' : ' AND trashed IS NOT 1'}`;
  if (below === undefined) {
    const sql = `${select} AND pk > ? ORDER BY pk LIMIT ?`;
    const read = (after: number, limit: number) => [...reader.iterateValues(sql, after, limit)];
    yield* inPages(read, (row) => Number(row.at(-1)));
    return;
  }
  const sql = `${select} AND pk IN (SELECT value FROM json_each(?))`;
  const readKeys = (keys: readonly number[]) => [...reader.iterateValues(sql, JSON.stringify(keys))];
  let keys: number[] = [];
  for (const key of keysBelow(reader, below.target, below.roots)) {
    keys.push(key);
    if (keys.length < ROWS_A_PAGE) continue;
    yield* readKeys(keys);
    keys = [];
  }
  yield* readKeys(keys);
}
