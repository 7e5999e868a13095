import Database from 'better-sqlite3';

/**
 * The version of SQLite that is built in.
 * @throws whatever the native module throws where it cannot be loaded.
 */
export function sqliteVersion(): string {
  const db = new Database(':memory:');
  try {
    return String(db.prepare('SELECT sqlite_version()').pluck().get());
  } finally {
    db.close();
  }
}

/** The first thing that is wrong with the pages of a database; undefined if nothing is. */
export function firstDamage(path: string): string | undefined {
  const db = new Database(path, { readonly: true, timeout: 5_000 });
  try {
    const found = db.pragma('quick_check(1)', { simple: true });
    return found === 'ok' ? undefined : String(found);
  } finally {
    db.close();
  }
}
