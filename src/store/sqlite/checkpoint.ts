import Database from 'better-sqlite3';

/** In pages: https://sqlite.org/pragma.html#pragma_wal_checkpoint */
interface LogState {
  log: number;
  checkpointed: number;
}

/** Prepares the question how many pages of the write-ahead log its database lacks; 0 where that cannot be told, as within a transaction. */
export function pagesBehind(db: Database.Database): () => number {
  const look = db.prepare<[], LogState>('PRAGMA wal_checkpoint(NOOP)');
  return () => {
    try {
      const { log, checkpointed } = look.get() ?? { log: 0, checkpointed: 0 };
      return log - checkpointed;
    } catch {
      // What was committed is committed, whatever goes wrong here.
      return 0;
    }
  };
}

/** A connection that does nothing but copy the write-ahead log into its database. */
export interface LogCopier {
  /** Copies what is committed and no reader needs; nobody who reads or writes has to wait for it. */
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
