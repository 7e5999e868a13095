import { existsSync, rmSync, statSync } from 'node:fs';

/** SQLite's write-ahead log and its index, and the journal of a database that another program has changed. */
const SIDE_FILES = ['-wal', '-shm', '-journal'];

/** The store and its write-ahead log, which holds recent writes. */
function filesOf(path: string) {
  return [path, `${path}-wal`].map((file) => statSync(file, { throwIfNoEntry: false }));
}

/** A value that changes whenever somebody writes to a store. Costs less than opening it. */
export function storeMark(path: string): string {
  return filesOf(path)
    .map((file) => `${String(file?.mtimeMs)} ${String(file?.size)}`)
    .join(' ');
}

/** The bytes of a store with its write-ahead log; undefined if it does not exist. */
export function storeSize(path: string): number | undefined {
  const [file, wal] = filesOf(path);
  return file && file.size + (wal?.size ?? 0);
}

/**
 * Deletes a store. The side files go first: SQLite would apply a log that is left over to the next store of
 * this name.
 */
export function deleteStore(path: string): void {
  for (const ending of [...SIDE_FILES, '']) rmSync(path + ending, { force: true });
}

/** True if a store has side files. After it was opened and closed, only another program keeps them there. */
export function hasSideFiles(path: string): boolean {
  return SIDE_FILES.some((ending) => existsSync(path + ending));
}
