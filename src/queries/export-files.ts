import { RECORD_COLUMNS, toDriveFile, type JsonObject } from '../model/file';
import type { Reader } from '../store/reader';

/** Every live file with Drive's own field names, one at a time, in constant memory. Trashed ones are left out if so asked. */
export function* exportFiles(
  reader: Reader,
  { trashed }: { trashed: boolean },
): IterableIterator<JsonObject> {
  const sql = `SELECT ${RECORD_COLUMNS.join(', ')} FROM file WHERE removed_at IS NULL${trashed ? '' : ' AND trashed IS NOT 1'} ORDER BY pk`;
  for (const row of reader.iterate(sql)) yield toDriveFile(row);
}
