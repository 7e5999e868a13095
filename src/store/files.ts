import type Database from 'better-sqlite3';
import { RECORD_COLUMNS, type FileRecord } from '../model/file';

/** Where listed rows come from and when. */
export interface ListingContext {
  sourcePk: number;
  generationPk: number;
  now: number;
}

/** Writes listed files. Applying a record twice, or an older one after a newer one, changes nothing. */
export interface FileTable {
  /** Inserts or updates the files of one page and notes the unchanged ones as seen. */
  upsertListed(files: readonly FileRecord[], context: ListingContext): void;
}

const columns = RECORD_COLUMNS.join(', ');
const updated = RECORD_COLUMNS.filter((column) => column !== 'id');

/**
 * The version guard: a higher version wins; at an equal one the row is written only if something differs, because rewriting a row rewrites
 * all its index entries. Some per-user fields may change without a new version.
 */
const UPSERT = /* sql */ `
INSERT INTO file (source_pk, generation_pk, first_seen_at, changed_at, ${columns})
VALUES (?, ?, ?, ?, ${RECORD_COLUMNS.map(() => '?').join(', ')})
ON CONFLICT (id) DO UPDATE SET
  source_pk = excluded.source_pk, generation_pk = excluded.generation_pk, changed_at = excluded.changed_at, removed_at = NULL,
  ${updated.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE coalesce(excluded.version, 0) > coalesce(file.version, 0)
  OR coalesce(excluded.version, 0) = coalesce(file.version, 0) AND (
    file.removed_at IS NOT NULL
    OR (${updated.map((column) => `file.${column}`).join(', ')})
      IS NOT (${updated.map((column) => `excluded.${column}`).join(', ')}))`;

const MARK_SEEN = /* sql */ `
INSERT OR IGNORE INTO seen (generation_pk, file_pk) SELECT ?, pk FROM file WHERE id = ? AND generation_pk IS NOT ?`;

/** Prepares the statements that write files. */
export function fileTable(db: Database.Database): FileTable {
  const upsert = db.prepare(UPSERT);
  const markSeen = db.prepare(MARK_SEEN);
  return {
    upsertListed(files, { sourcePk, generationPk, now }) {
      for (const { id, values } of files) {
        const { changes } = upsert.run(sourcePk, generationPk, now, now, ...values);
        if (changes === 0) markSeen.run(generationPk, id, generationPk);
      }
    },
  };
}
