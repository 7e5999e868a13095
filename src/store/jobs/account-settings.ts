import type Database from 'better-sqlite3';
import type { SqlValue } from '../../model/values';
import { scopeText, toContentSettings, toScope, type AccountSettings } from '../../model/settings';

/** Reads the row that `toSettings` takes. */
export const SETTINGS_ROW = 'SELECT drives, walk, full_every_ms, history_ms, content FROM store';

/** Reads the account's settings from a row of `store`, which any connection may have read. */
export function toSettings(row: Readonly<Record<string, SqlValue>> | undefined): AccountSettings {
  if (row === undefined) throw new Error('the store has no row of its own');
  return {
    drives: toScope(String(row['drives'])),
    walk: Number(row['walk']) === 1,
    fullEveryMs: Number(row['full_every_ms']),
    historyMs: Number(row['history_ms']),
    content: toContentSettings(String(row['content'])),
  };
}

/** Prepares the query for the account's settings. */
export function settingsReader(db: Database.Database): () => AccountSettings {
  const read = db.prepare<[], Record<string, SqlValue>>(SETTINGS_ROW);
  return () => toSettings(read.get());
}

/** Changes the given settings and leaves the others. It runs inside the caller's transaction. */
export function writeSettings(db: Database.Database, change: Partial<AccountSettings>): AccountSettings {
  const read = settingsReader(db);
  const before = read();
  const { drives, walk, fullEveryMs, historyMs, content } = { ...before, ...change };
  db.prepare('UPDATE store SET drives = ?, walk = ?, full_every_ms = ?, history_ms = ?, content = ?').run(
    scopeText(drives),
    Number(walk),
    fullEveryMs,
    historyMs,
    JSON.stringify(content),
  );
  // Only the plan of contents needs it, and it would make every write slower.
  if (content.on && !before.content.on)
    db.exec('CREATE INDEX IF NOT EXISTS file_changed ON file (changed_at)');
  if (!content.on && before.content.on) db.exec('DROP INDEX IF EXISTS file_changed');
  // A person who switches the walk on wants it now, not after the next full crawl. Its state is out of date,
  // so it starts over.
  if (walk && !before.walk)
    db.exec('DELETE FROM walk_seen; DELETE FROM walk_folder; UPDATE store SET walk_plan_pk = 0');
  return read();
}
