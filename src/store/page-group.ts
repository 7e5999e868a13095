import type Database from 'better-sqlite3';
import type { ChangeCommit, ChangePage } from './log/change-log';
import type { CommitResult, ListedPage } from './crawl/partitions';
import type { Pass } from '../model/pass';

/** What became of a page of a change log. `settled`: the source is current, since the log is at its end and nothing else is to be done. */
export type LogCommit =
  | { kind: Extract<ChangeCommit, 'committed'>; settled: boolean }
  | { kind: Exclude<ChangeCommit, 'committed'> };

/**
 * Writes pages, each a step of a transaction that is open. A refused one leaves the others standing; after an error the transaction has to be undone:
 * savepoints between pages would have SQLite copy every database page aside that several of them touch, a tenth of a large crawl's time.
 */
export interface PageWrites {
  /** Writes one page's files together with the place where its listing goes on. */
  addPage(page: ListedPage): CommitResult;
  /** Writes a page of a change log together with the place where the log goes on. */
  addChanges(page: ChangePage & Pass): LogCommit;
}

/** Pages that are committed together or not at all. Nothing else may be written to the store until it is committed or undone. */
export interface PageGroup extends PageWrites {
  /** After an error the group has to be undone. */
  commit(): void;
  undo(): void;
}

/** Prepares a transaction of pages, which takes the write lock at once. */
export function pageGroups(db: Database.Database, writes: PageWrites): () => PageGroup {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const group: PageGroup = {
    ...writes,
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
