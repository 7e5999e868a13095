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
