import type Database from 'better-sqlite3';
import { RECORD_COLUMNS, valueOf, type FileRecord } from '../../model/file';
import type { RemovalCause } from '../../model/reasons';
import type { SqlValue } from '../../model/values';
import { HAS_ONE_PARENT } from './parents';

const columns = RECORD_COLUMNS.join(', ');
const updated = RECORD_COLUMNS.filter((column) => column !== 'id');
const marks = (count: number): string => Array.from({ length: count }, () => '?').join(', ');
const stored = updated.map((column) => `file.${column}`).join(', ');

/** A stored row next to an incoming record. `newer`: the sign of the record's version minus the row's. */
export interface FoundRow {
  pk: number;
  source_pk: number;
  generation_pk: number | null;
  removed_at: number | null;
  removal: RemovalCause | null;
  walk_only: number;
  newer: number;
  /** In the order of `RECORD_COLUMNS`. */
  values: SqlValue[];
}

/**
 * The version guard in one statement, for a first crawl, which mostly inserts. A higher version wins. At the
 * same version it writes only if something differs, because writing a row rewrites all its index entries. It
 * leaves removed rows alone, because the listing may lag behind, and rows with several parents or from another
 * source, because those need more writes.
 */
const UPSERT = /* sql */ `
INSERT INTO file (source_pk, generation_pk, first_seen_at, changed_at, ${columns})
VALUES (?, ?, ?, ?, ${marks(RECORD_COLUMNS.length)})
ON CONFLICT (id) DO UPDATE SET
  generation_pk = excluded.generation_pk, changed_at = excluded.changed_at, walk_only = 0,
  ${updated.map((column) => `${column} = excluded.${column}`).join(', ')}
WHERE file.removed_at IS NULL AND file.source_pk = excluded.source_pk AND ${HAS_ONE_PARENT} AND (
  coalesce(excluded.version, 0) > coalesce(file.version, 0)
  OR coalesce(excluded.version, 0) = coalesce(file.version, 0)
    AND (${stored}) IS NOT (${updated.map((column) => `excluded.${column}`).join(', ')}))`;

const FIND = /* sql */ `
SELECT pk, source_pk, generation_pk, removed_at, removal, walk_only,
  CASE WHEN coalesce(?, 0) > coalesce(version, 0) THEN 1 WHEN coalesce(?, 0) = coalesce(version, 0) THEN 0 ELSE -1 END AS newer,
  ${columns}
FROM file WHERE id = ?`;

/** Prepares the statements on single rows of `file`. */
export function fileStatements(db: Database.Database) {
  return {
    upsert: db.prepare(UPSERT),
    find: finder(db),
    insert: db.prepare(/* sql */ `
      INSERT INTO file (source_pk, generation_pk, first_seen_at, changed_at, walk_only, ${columns})
      VALUES (?, ?, ?, ?, ?, ${marks(RECORD_COLUMNS.length)})`),
    update: updater(db),
    markSeen: db.prepare('INSERT OR IGNORE INTO seen (generation_pk, file_pk) VALUES (?, ?)'),
    /**
     * The usual case of a crawl on top of a copy: marks a file as seen if it lives where it was and has not
     * changed.
     */
    markUnchanged: db.prepare(/* sql */ `
      INSERT OR IGNORE INTO seen (generation_pk, file_pk)
      SELECT ?, pk FROM file WHERE id = ? AND source_pk = ? AND removed_at IS NULL AND generation_pk IS NOT ? AND walk_only = 0
        AND (${stored}) IS (${marks(updated.length)})`),
    noteFlat: db.prepare('UPDATE file SET walk_only = 0 WHERE pk = ?'),
    isIndexed: db.prepare<[], number>("SELECT indexed <> 'none' FROM store").pluck(),
    noteStale: db.prepare('INSERT OR IGNORE INTO search_stale (file_pk) SELECT value FROM json_each(?)'),
    countFindings: db.prepare('UPDATE generation SET added = added + ?, changed = changed + ? WHERE pk = ?'),
  };
}

/** Finds the row of a record, with exact 64-bit integers. */
function finder(db: Database.Database): (record: FileRecord) => FoundRow | undefined {
  const find = db.prepare<SqlValue[], SqlValue[]>(FIND).raw();
  const findExactly = db.prepare<SqlValue[], SqlValue[]>(FIND).raw().safeIntegers();
  return (record) => {
    const version = valueOf(record, 'version');
    let found = find.get(version, version, record.id);
    // Reading all integers as bigints is slower, and hardly any row needs it.
    if (found?.some(isRounded) === true)
      found = findExactly.get(version, version, record.id)?.map((value) => narrow(value));
    if (found === undefined) return undefined;
    const [pk, source, generation, removedAt, removal, walkOnly, newer, ...values] = found;
    return {
      pk: Number(pk),
      source_pk: Number(source),
      generation_pk: generation == null ? null : Number(generation),
      removed_at: removedAt == null ? null : Number(removedAt),
      removal: typeof removal === 'string' ? (removal as RemovalCause) : null,
      walk_only: Number(walkOnly),
      newer: Number(newer),
      values,
    };
  };
}

function isRounded(value: SqlValue): boolean {
  return typeof value === 'number' && !Number.isSafeInteger(value);
}

/** As in records: only integers beyond 2^53 are bigints. */
function narrow(value: SqlValue): SqlValue {
  if (typeof value !== 'bigint') return value;
  const small = Number(value);
  return Number.isSafeInteger(small) ? small : value;
}

/**
 * Nearly all updates set one of a few sets of columns. The limit keeps unusual ones from piling up
 * statements.
 */
const MOST_UPDATES = 100;

/**
 * Sets the given columns of a row and no others: SQLite rewrites the index entries of every column that a
 * statement names, changed or not.
 */
function updater(db: Database.Database): (pk: number, changes: ReadonlyMap<string, SqlValue>) => void {
  const known = new Map<string, Database.Statement<SqlValue[]>>();
  return (pk, changes) => {
    const sets = [...changes.keys()].map((column) => `${column} = ?`).join(', ');
    let update = known.get(sets);
    if (update === undefined) {
      if (known.size >= MOST_UPDATES) known.clear();
      known.set(sets, (update = db.prepare(`UPDATE file SET ${sets} WHERE pk = ?`)));
    }
    update.run(...changes.values(), pk);
  };
}

/** The values of a record without its id, in the order of the statements. */
export function withoutId(values: readonly SqlValue[]): SqlValue[] {
  return values.filter((_, at) => at !== ID_AT);
}

const ID_AT = RECORD_COLUMNS.indexOf('id');
