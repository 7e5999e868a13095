import type Database from 'better-sqlite3';
import type { SqlValue } from '../../model/values';
import { scopeText, toScope, type AccountSettings } from '../../model/settings';

/** Reads the row that `toSettings` takes. */
export const SETTINGS_ROW = 'SELECT drives, walk, full_every_ms, history_ms FROM store';

/** The account's settings in the one row of `store`, read by any connection. */
export function toSettings(row: Readonly<Record<string, SqlValue>> | undefined): AccountSettings {
  if (row === undefined) throw new Error('the store has no row of its own');
  return {
    drives: toScope(String(row['drives'])),
    walk: Number(row['walk']) === 1,
    fullEveryMs: Number(row['full_every_ms']),
    historyMs: Number(row['history_ms']),
  };
}

/** Prepares the question for the account's settings. */
export function settingsReader(db: Database.Database): () => AccountSettings {
  const read = db.prepare<[], Record<string, SqlValue>>(SETTINGS_ROW);
  return () => toSettings(read.get());
}

/** Changes the settings that are given and leaves the others; one step of a transaction that the caller opened. */
export function writeSettings(db: Database.Database, change: Partial<AccountSettings>): AccountSettings {
  const read = settingsReader(db);
  const before = read();
  const { drives, walk, fullEveryMs, historyMs } = { ...before, ...change };
  db.prepare('UPDATE store SET drives = ?, walk = ?, full_every_ms = ?, history_ms = ?').run(
    scopeText(drives),
    Number(walk),
    fullEveryMs,
    historyMs,
  );
  // Whoever wants a walk after all wants it now, not at the next full crawl. What happened meanwhile is not known, so it begins anew.
  if (walk && !before.walk)
    db.exec('DELETE FROM walk_seen; DELETE FROM walk_folder; UPDATE store SET walk_plan_pk = 0');
  return read();
}
