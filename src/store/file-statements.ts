import type Database from 'better-sqlite3';
import { RECORD_COLUMNS, type SqlValue } from '../model/file';

const columns = RECORD_COLUMNS.join(', ');
const updated = RECORD_COLUMNS.filter((column) => column !== 'id');
const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const stored = updated.map((column) => `file.${column}`).join(', ');

/** A stored row beside a record that has come. */
export interface FoundRow {
  pk: number;
  source_pk: number;
  generation_pk: number | null;
  removed_at: number | null;
  removal: string | null;
  newer: number;
  same: number;
}

/**
 * The version guard in one statement, for a first crawl: it inserts most of the time. A higher version wins; at an equal one the row is written only
 * if something differs, because rewriting a row rewrites all its index entries. A young removal stays: the listing may lag behind it.
 */
const UPSERT = /* sql */ `
INSERT INTO file (source_pk, generation_pk, first_seen_at, changed_at, ${columns})
VALUES (?, ?, ?, ?, ${marks(RECORD_COLUMNS.length)})
ON CONFLICT (id) DO UPDATE SET
  source_pk = excluded.source_pk, generation_pk = excluded.generation_pk, changed_at = excluded.changed_at,
  ${updated.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE file.removed_at IS NULL AND (
  coalesce(excluded.version, 0) > coalesce(file.version, 0)
  OR coalesce(excluded.version, 0) = coalesce(file.version, 0)
    AND (${stored}) IS NOT (${updated.map((column) => `excluded.${column}`).join(', ')}))`;

const LOOK = /* sql */ `
SELECT pk, source_pk, generation_pk, removed_at, removal,
  CASE WHEN coalesce(?, 0) > coalesce(version, 0) THEN 1 WHEN coalesce(?, 0) = coalesce(version, 0) THEN 0 ELSE -1 END AS newer,
  (${stored}) IS (${marks(updated.length)}) AS same
FROM file WHERE id = ?`;

/** Prepares the statements on single rows of `file`. */
export function fileStatements(db: Database.Database) {
  return {
    upsert: db.prepare(UPSERT),
    look: db.prepare<SqlValue[], FoundRow>(LOOK),
    insert: db.prepare(/* sql */ `
      INSERT INTO file (source_pk, generation_pk, first_seen_at, changed_at, ${columns})
      VALUES (?, ?, ?, ?, ${marks(RECORD_COLUMNS.length)})`),
    values: db.prepare<[number], SqlValue[]>(`SELECT ${columns} FROM file WHERE pk = ?`).safeIntegers().raw(),
    write: db.prepare(/* sql */ `
      UPDATE file SET source_pk = ?, generation_pk = ?, changed_at = ?, removed_at = NULL, removal = NULL,
        ${updated.map((column) => `${column} = ?`).join(', ')}
      WHERE pk = ?`),
    writeContent: db.prepare(/* sql */ `
      UPDATE file SET source_pk = ?, changed_at = ?, ${updated.map((column) => `${column} = ?`).join(', ')}
      WHERE pk = ?`),
    markSeen: db.prepare('INSERT OR IGNORE INTO seen (generation_pk, file_pk) VALUES (?, ?)'),
    /** The usual case of a crawl on top of a copy: a file that lives where it was, and is as it was, is noted as seen. */
    markUnchanged: db.prepare(/* sql */ `
      INSERT OR IGNORE INTO seen (generation_pk, file_pk)
      SELECT ?, pk FROM file WHERE id = ? AND source_pk = ? AND removed_at IS NULL AND generation_pk IS NOT ?
        AND (${stored}) IS (${marks(updated.length)})`),
    countFindings: db.prepare('UPDATE generation SET added = added + ?, changed = changed + ? WHERE pk = ?'),
  };
}

/** A record's values without its id, in the order of the statements. */
export function withoutId(values: readonly SqlValue[]): SqlValue[] {
  return values.filter((_, at) => at !== ID_AT);
}

const ID_AT = RECORD_COLUMNS.indexOf('id');
/** Where a record's version stands. */
export const VERSION_AT = RECORD_COLUMNS.indexOf('version');
