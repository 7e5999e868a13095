import type Database from 'better-sqlite3';
import type { SqlValue } from '../model/values';
import type { Progress } from '../model/progress';
import { openForReading } from './sqlite/open';
import { progressReader } from './jobs/progress';

/** A row as SQLite returns it. 64-bit integers are bigints where requested. */
export type Row = Record<string, SqlValue>;

/** Reads a store and never writes to it. */
export interface Reader {
  /** Rows one at a time, in constant memory. Integers are exact, as bigints. */
  iterate(sql: string, ...params: SqlValue[]): IterableIterator<Row>;
  /** Rows as lists of values, one at a time, in constant memory, with integers as numbers. Twice as fast. */
  iterateValues(sql: string, ...params: SqlValue[]): IterableIterator<SqlValue[]>;
  all(sql: string, ...params: SqlValue[]): Row[];
  get(sql: string, ...params: SqlValue[]): Row | undefined;
  progress(jobId: string): Progress;
  /** Prepares any statement; throws unless it only reads and returns rows. */
  query(sql: string): { columns: string[]; rows: IterableIterator<SqlValue[]> };
  close(): void;
}

/**
 * Opens a store for reading, or returns undefined if there is none.
 * @throws UserError where the file is not a usable store.
 */
export function openReader(path: string): Reader | undefined {
  const db = openForReading(path);
  return db && readerOf(db);
}

/** Reads through an open connection, which the reader closes. */
export function readerOf(db: Database.Database): Reader {
  const prepared = new Map<string, Database.Statement<SqlValue[], Row>>();
  function prepare(sql: string): Database.Statement<SqlValue[], Row> {
    const statement = prepared.get(sql) ?? db.prepare<SqlValue[], Row>(sql).safeIntegers();
    prepared.set(sql, statement);
    return statement;
  }
  return {
    iterate: (sql, ...params) =>
      db
        .prepare<SqlValue[], Row>(sql)
        .safeIntegers()
        .iterate(...params),
    iterateValues: (sql, ...params) =>
      db
        .prepare<SqlValue[], SqlValue[]>(sql)
        .raw()
        .iterate(...params),
    all: (sql, ...params) => prepare(sql).all(...params),
    get: (sql, ...params) => prepare(sql).get(...params),
    progress: progressReader(db),
    query(sql) {
      const statement = db.prepare(sql);
      if (!statement.reader || !statement.readonly)
        throw new TypeError('only statements that read are allowed');
      const columns = statement.columns().map(({ name }) => name);
      const rows = statement.safeIntegers().raw().iterate() as IterableIterator<SqlValue[]>;
      return { columns, rows };
    },
    close: () => db.close(),
  };
}
