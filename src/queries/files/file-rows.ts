import { EXPORT_COLUMNS, toDriveJson } from '../../model/file';
import type { SqlValue } from '../../model/values';
import type { Reader, Row } from '../../store/reader';
import { inPages } from './pages';

/** The columns of the view `files`, in order. */
export function fileColumns(reader: Reader): string[] {
  return reader
    .all("SELECT name FROM pragma_table_info('files') ORDER BY cid")
    .map(({ name }) => String(name));
}

/** Which files an export leaves out. */
export interface Wanted {
  trashed: boolean;
}

const wanted = ({ trashed }: Wanted): string =>
  `file.removed_at IS NULL${trashed ? '' : ' AND file.trashed IS NOT 1'}`;

/** The rows of the view `files`, in pages, in constant memory. */
export function fileRows(reader: Reader, which: Wanted): Generator<Row> {
  const sql = `SELECT file.pk, files.* FROM file CROSS JOIN files ON files.id = file.id
    WHERE ${wanted(which)} AND file.pk > ? ORDER BY file.pk LIMIT ?`;
  return inPages(
    (after, limit) => reader.all(sql, after, limit),
    ({ pk }) => Number(pk),
  );
}

/** Every live file as JSON with Drive's own field names, and its row; in pages, in constant memory. */
export function* driveJson(reader: Reader, which: Wanted): Generator<{ json: string; values: SqlValue[] }> {
  const sql = `SELECT ${EXPORT_COLUMNS.join(', ')}, pk FROM file WHERE ${wanted(which)} AND pk > ? ORDER BY pk LIMIT ?`;
  const read = (after: number, limit: number) => [...reader.iterateValues(sql, after, limit)];
  for (const values of inPages(read, (row) => Number(row.at(-1))))
    yield { json: toDriveJson(values), values };
}
