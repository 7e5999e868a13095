import type Database from 'better-sqlite3';

/** Texts that one step deletes. */
const MOST_DELETED = 500;
/** Index entries that one step merges, in pages of 4 KB. */
const MERGE_PAGES = 500;

const UNUSED = /* sql */ `
SELECT pk FROM body WHERE NOT EXISTS (SELECT 1 FROM document WHERE body_pk = body.pk) LIMIT ${String(MOST_DELETED)}`;

/**
 * Deletes texts that belong to no file, a part at a time; returns true if there may be more. The index keeps the
 * words of deleted texts until it is merged, and the write-ahead log keeps them until it is copied.
 */
export function tidy(db: Database.Database): boolean {
  const unused = db.prepare<[], number>(UNUSED).pluck().all();
  if (unused.length > 0) {
    const forget = db.prepare<[number]>('DELETE FROM body_index WHERE rowid = ?');
    const remove = db.prepare<[number]>('DELETE FROM body WHERE pk = ?');
    db.transaction(() => {
      for (const pk of unused) {
        forget.run(pk);
        remove.run(pk);
      }
      db.exec('UPDATE content_store SET untidy = 1');
    })();
    return true;
  }
  if (db.prepare('SELECT untidy FROM content_store').pluck().get() !== 1) return false;
  return merge(db);
}

/** Merges a part of the index. https://www.sqlite.org/fts5.html#the_merge_command */
function merge(db: Database.Database): boolean {
  const changes = (): number => Number(db.prepare('SELECT total_changes()').pluck().get());
  const before = changes();
  db.prepare('INSERT INTO body_index (body_index, rank) VALUES (?, ?)').run('merge', -MERGE_PAGES);
  // The command itself counts as one change; a merge that does nothing adds no other.
  if (changes() - before >= 2) return true;
  db.exec('UPDATE content_store SET untidy = 0');
  db.pragma('wal_checkpoint(TRUNCATE)');
  return false;
}
