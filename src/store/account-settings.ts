import type Database from 'better-sqlite3';
import { scopeText, toScope, type AccountSettings } from '../model/settings';

interface SettingsRow {
  drives: string;
  walk: number;
  full_every_ms: number;
  history_ms: number;
}

/** Reads the account's settings from any connection to its store. */
export function readSettings(db: Database.Database): AccountSettings {
  const row = db.prepare<[], SettingsRow>('SELECT drives, walk, full_every_ms, history_ms FROM store').get();
  return {
    drives: toScope(row?.drives ?? 'all'),
    walk: row?.walk !== 0,
    fullEveryMs: row?.full_every_ms ?? 0,
    historyMs: row?.history_ms ?? 0,
  };
}

/** Changes the settings that are given and leaves the others; one step of a transaction that the caller opened. */
export function writeSettings(db: Database.Database, change: Partial<AccountSettings>): AccountSettings {
  const before = readSettings(db);
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
  return readSettings(db);
}
