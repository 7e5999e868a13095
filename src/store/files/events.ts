import type Database from 'better-sqlite3';
import type { RowEvent } from '../../model/event';

const MOST_FORGOTTEN = 20_000;

/** Prepares the writes to the history. Each call runs inside the transaction that changes the file. */
export function eventTable(db: Database.Database) {
  const insert = db.prepare(
    'INSERT INTO file_event (at, file_pk, kind, inherited, changes) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.prepare(/* sql */ `
    DELETE FROM file_event WHERE pk IN (
      SELECT pk FROM file_event WHERE at < ? - (SELECT history_ms FROM store) ORDER BY at LIMIT ${String(MOST_FORGOTTEN)})`);
  return {
    add(filePk: number | bigint, { kind, inherited, changes }: RowEvent, now: number): void {
      insert.run(now, filePk, kind, Number(inherited), JSON.stringify(changes));
    },
    /** Deletes a part of the events that are older than the account keeps them. */
    prune(now: number): void {
      forget.run(now);
    },
  };
}

/** The writer of the history. */
export type EventTable = ReturnType<typeof eventTable>;
