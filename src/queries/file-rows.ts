import { EXPORT_COLUMNS, toDriveJson, type SqlValue } from '../model/file';
import type { Reader, Row } from '../store/reader';

/** The columns of the view `files`, in order. */
export function fileColumns(reader: Reader): string[] {
  return reader
    .all("SELECT name FROM pragma_table_info('files') ORDER BY cid")
    .map(({ name }) => String(name));
}

/** The rows of the view `files`, one at a time. */
export function fileRows(reader: Reader, { trashed }: { trashed: boolean }): IterableIterator<Row> {
  return reader.iterate(`SELECT * FROM files${trashed ? '' : ' WHERE trashed IS NOT 1'}`);
}

/** Every live file with Drive's own field names as JSON, and its row, one at a time, in constant memory. */
export function* driveJson(
  reader: Reader,
  { trashed }: { trashed: boolean },
): Generator<{ json: string; values: SqlValue[] }> {
  const sql = `SELECT ${EXPORT_COLUMNS.join(', ')} FROM file WHERE removed_at IS NULL${trashed ? '' : ' AND trashed IS NOT 1'} ORDER BY pk`;
  for (const values of reader.iterateValues(sql)) yield { json: toDriveJson(values), values };
}
