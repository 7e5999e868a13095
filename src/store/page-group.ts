import type Database from 'better-sqlite3';
import type { ChangeCommit, ChangePage } from './log/change-log';
import type { CommitResult, ListedPage } from './crawl/partitions';
import type { Pass } from '../model/pass';

/**
 * The result of a page of a change log. `settled`: the source is current, because the log is at its end and
 * nothing else is to do.
 */
export type LogCommit =
  | { kind: Extract<ChangeCommit, 'committed'>; settled: boolean }
  | { kind: Exclude<ChangeCommit, 'committed'> };

/**
 * Writes pages inside an open transaction. A refused page leaves the others intact. After an error the
 * transaction must be rolled back: savepoints between pages would cost a tenth of a large crawl's time,
 * because SQLite would copy each database page that several of them change.
 */
export interface PageWrites {
  /** Writes the files of a page and moves the checkpoint of its listing. */
  addPage(page: ListedPage): CommitResult;
  /** Writes a page of a change log and moves the checkpoint of the log. */
  addChanges(page: ChangePage & Pass): LogCommit;
}

/** Pages that are committed together or not at all. Nothing else may be written to the store before that. */
export interface PageGroup extends PageWrites {
  /** Not after an error: then call `rollBack`. */
  commit(): void;
  rollBack(): void;
}

/** Prepares transactions of pages. Each takes the write lock at once. */
export function pageGroups(db: Database.Database, writes: PageWrites): () => PageGroup {
  const begin = db.prepare('BEGIN IMMEDIATE');
  const commit = db.prepare('COMMIT');
  const rollback = db.prepare('ROLLBACK');
  const group: PageGroup = {
    ...writes,
    commit: () => void commit.run(),
    rollBack() {
      // After some errors SQLite has already rolled back.
      if (db.inTransaction) rollback.run();
    },
  };
  return () => {
    begin.run();
    return group;
  };
}
