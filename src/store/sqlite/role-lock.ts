import { accessSync, constants, existsSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import './uris';
import Database from 'better-sqlite3';
import { errorCode } from '../../errors';
import { makeFolder } from '../../make-folder';

/** A lock of the kernel: SQLite's BEGIN EXCLUSIVE on a small file. It is gone the instant its holder dies. */
export interface RoleLock {
  /** Gives the role up; calling it again does nothing. */
  release(): void;
}

/**
 * Takes the lock, or returns undefined while another process (or this one) holds it; waits for nobody.
 * Creates the file and its folder. Nothing else may open the file: closing any descriptor of it drops POSIX
 * locks.
 * @throws the Node or SQLite error where the file cannot be created or written.
 */
export function tryRoleLock(path: string): RoleLock | undefined {
  makeFolder(dirname(path));
  try {
    return lockFile(path);
  } catch (error) {
    if (!isUnreadable(error)) throw error;
    // SQLite reads the file only once it has a lock on it, so nobody holds a file that it cannot read.
    // Emptied in place rather than deleted: with a new inode, two processes repairing at once could both get
    // the lock.
    truncateSync(path);
    return lockFile(path);
  }
}

/** True while a process holds the lock. It writes nothing, so it works on read-only media. */
export function isRoleHeld(path: string): boolean {
  if (!existsSync(path)) return false;
  try {
    const db = new Database(path, { readonly: true, timeout: 0 });
    try {
      db.prepare('SELECT count(*) FROM sqlite_schema').get();
      return false;
    } finally {
      db.close();
    }
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code.startsWith('SQLITE_BUSY')) return true;
    // SQLite reads the file only once it has a lock on it, so nobody holds a file of which it says anything
    // else.
    if (code.startsWith('SQLITE_')) return false;
    throw error;
  }
}

/** A process that only checks the lock holds it for much less than this. */
const LOOK_MS = 20;

function lockFile(path: string): RoleLock | undefined {
  const db = new Database(path, { timeout: LOOK_MS });
  try {
    // On a read-only file SQLite silently makes the exclusive transaction a shared one.
    accessSync(path, constants.W_OK);
    db.exec('BEGIN EXCLUSIVE');
  } catch (error) {
    db.close();
    if (errorCode(error)?.startsWith('SQLITE_BUSY') === true) return undefined;
    throw error;
  }
  return { release: () => db.close() };
}

function isUnreadable(error: unknown): boolean {
  const code = errorCode(error) ?? '';
  return code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT');
}
