import Database from 'better-sqlite3';

/** In pages: https://sqlite.org/pragma.html#pragma_wal_checkpoint */
interface LogState {
  log: number;
  checkpointed: number;
}

/**
 * Prepares the query for the pages of the write-ahead log that the database lacks; 0 if that cannot be told,
 * as within a transaction.
 */
export function pagesBehind(db: Database.Database): () => number {
  const look = db.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)');
  return () => {
    try {
      const { log, checkpointed } = look.get() ?? { log: 0, checkpointed: 0 };
      return log - checkpointed;
    } catch {
      // Commits are durable, whatever fails here.
      return 0;
    }
  };
}

/** A connection that only copies the write-ahead log into its database. */
export interface LogCopier {
  /** Copies what is committed and no reader needs. It blocks neither readers nor writers. */
  copy(): void;
  close(): void;
}

/** Opens a store in which another connection writes. */
export function openLogCopier(path: string): LogCopier {
  const db = new Database(path, { fileMustExist: true });
  return {
    copy: () => void db.pragma('wal_checkpoint(PASSIVE)'),
    close: () => void db.close(),
  };
}
