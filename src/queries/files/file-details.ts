import { toDriveFile } from '../../model/file';
import type { RemovalCause } from '../../model/reasons';
import type { JsonObject } from '../../model/values';
import type { Reader } from '../../store/reader';
import { count, text } from '../row-values';

/** Everything that the store knows of one file, removed ones included. */
export interface FileDetails {
  /** Drive's own fields, as an export writes them. */
  file: JsonObject;
  /** `user`, or the shared drive's id. */
  source: string;
  firstSeenAt: number;
  changedAt: number;
  /** When and why it was removed here; undefined while it exists. */
  removedAt: number | undefined;
  removal: RemovalCause | undefined;
  events: number;
}

/** Reads everything of one file; undefined if the store has never seen it. */
export function fileDetails(reader: Reader, id: string): FileDetails | undefined {
  const row = reader.get(
    'SELECT file.*, source.id AS source FROM file JOIN source ON source.pk = source_pk WHERE file.id = ?',
    id,
  );
  if (row === undefined) return undefined;
  const events = reader.get('SELECT count(*) AS events FROM file_event WHERE file_pk = ?', row['pk'] ?? null);
  return {
    file: toDriveFile(row),
    source: String(row['source']),
    firstSeenAt: Number(row['first_seen_at']),
    changedAt: Number(row['changed_at']),
    removedAt: count(row, 'removed_at'),
    removal: text(row, 'removal') as RemovalCause | undefined,
    events: Number(events?.['events'] ?? 0),
  };
}

/** The ids of other files with the same content. It scans all files. */
export function copiesOf(reader: Reader, { md5Checksum, size, id }: JsonObject): string[] {
  if (typeof md5Checksum !== 'string') return [];
  const rows = reader.all(
    'SELECT id FROM file WHERE md5 = ? AND size = CAST(? AS INTEGER) AND removed_at IS NULL AND id <> ?',
    md5Checksum,
    String(size),
    String(id),
  );
  return rows.map((row) => String(row['id']));
}
