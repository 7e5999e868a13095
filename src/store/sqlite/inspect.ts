import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import './uris';
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

/** The result of a check of a whole database. `unknown`: it did not finish in time. */
export type Integrity = { state: 'whole' | 'unknown' } | { state: 'damaged'; why: string };

/**
 * Runs SQLite's check of a whole database for at most `limitMs` ms:
 * https://sqlite.org/pragma.html#pragma_quick_check
 */
export async function checkIntegrity(path: string, limitMs: number): Promise<Integrity> {
  const program = join(__dirname, 'quick-check.js');
  const child = await promisify(execFile)(process.execPath, [program, path], { timeout: limitMs }).catch(
    (error: unknown) => {
      if (error instanceof Error && 'killed' in error && error.killed === true) return { stdout: '' };
      throw error;
    },
  );
  const [said = ''] = child.stdout.split('\n').filter((line) => !line.startsWith('***'));
  if (said === '') return { state: 'unknown' };
  return said === 'ok' ? { state: 'whole' } : { state: 'damaged', why: said };
}
