import type Database from 'better-sqlite3';
import type { CommitResult, ListedPage } from './partitions';

/** Pages that are committed together or not at all. Nothing else may be written to the store until it is committed or undone. */
export interface PageGroup {
  /**
   * Writes a page; a refused one leaves the others standing. After an error the group has to be undone: savepoints between pages would have SQLite
   * copy every database page aside that several of them touch, a tenth of a large crawl's time.
   */
  add(page: ListedPage): CommitResult;
  /** After an error the group has to be undone. */
  commit(): void;
  undo(): void;
}

/** Prepares a transaction of pages, which takes the write lock at once. */
export function pageGroups(db: Database.Database, add: (page: ListedPage) => CommitResult): () => PageGroup {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const group: PageGroup = {
    add,
    commit: () => void commit.run(),
    undo() {
      // SQLite undoes some errors by itself.
      if (db.inTransaction) rollback.run();
    },
  };
  return () => {
    begin.run();
    return group;
  };
}
