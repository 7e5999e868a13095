import type Database from 'better-sqlite3';
import type { ItemError } from '../../model/reasons';

/**
 * Prepares the insert of items of a page that cannot be stored. The first parameter is the open crawl, 0 if
 * none is.
 */
export function itemErrorInsert(db: Database.Database) {
  return db.prepare<[generation: number, kind: ItemError, count: number, now: number]>(
    'INSERT INTO item_error (generation_pk, kind, count, at) VALUES (?, ?, ?, ?)',
  );
}
