import type Database from 'better-sqlite3';
import type { Differences, EventKind } from '../model/event';

const MOST_FORGOTTEN = 20_000;

/** Writes the history; each call is one step of the transaction that changes the file. */
export function eventTable(db: Database.Database) {
  const insert = db.prepare(
    'INSERT INTO file_event (at, file_pk, kind, inherited, changes) VALUES (?, ?, ?, ?, ?)',
  );
  const forget = db.prepare(/* sql */ `
    DELETE FROM file_event WHERE pk IN (
      SELECT pk FROM file_event WHERE at < ? - (SELECT history_ms FROM store) ORDER BY at LIMIT ${String(MOST_FORGOTTEN)})`);
  return {
    add(kind: EventKind, filePk: number | bigint, now: number, changes: Differences = {}): void {
      insert.run(now, filePk, kind, 0, JSON.stringify(changes));
    },
    /** What follows for a file from what happened to a folder above it. */
    addInherited(kind: EventKind, filePk: number, now: number, changes: Differences): void {
      insert.run(now, filePk, kind, 1, JSON.stringify(changes));
    },
    /** Forgets a part of what is older than the account wants to keep. */
    prune(now: number): void {
      forget.run(now);
    },
  };
}

/** The writer of the history. */
export type EventTable = ReturnType<typeof eventTable>;
