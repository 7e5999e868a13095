import { mkdirSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'better-sqlite3';
import { errorCode } from '../errors';

/** A role that one process of a home holds: gone the instant the holder dies, because the kernel keeps it. */
export interface RoleLock {
  release(): void;
}

/** Takes the role that `path` stands for, by SQLite's exclusive lock on it; undefined while another holds it. */
export function tryRoleLock(path: string): RoleLock | undefined {
  mkdirSync(dirname(path), { recursive: true });
  try {
    return lock(path);
  } catch (error) {
    if (errorCode(error) !== 'SQLITE_NOTADB') throw error;
    // Nobody can hold SQLite's lock on something that is not a database, so it may be replaced.
    rmSync(path);
    return lock(path);
  }
}

function lock(path: string): RoleLock | undefined {
  const db = new Database(path, { timeout: 0 });
  try {
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (errorCode(error)?.startsWith('SQLITE_BUSY') === true) return undefined;
    throw error;
  }
}
