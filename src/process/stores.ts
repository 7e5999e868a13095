import { commandFor } from '../command-line';
import { UserError } from '../errors';
import { openContentReader, type ContentReader } from '../content/store/reader';
import { CONTENT } from '../content/store/schema';
import type { Home, HomePlaces } from './home';
import { storeIdOf } from '../queries/jobs/store-facts';
import { openForWriting, OutdatedStore } from '../store/sqlite/open';
import { openReader, type Reader } from '../store/reader';
import { storeSize } from '../store/sqlite/store-files';

export { storeFailure } from '../store/sqlite/failure';
export { checkIntegrity, sqliteVersion } from '../store/sqlite/inspect';
export { deleteStore, hasSideFiles, storeMark, storeSize } from '../store/sqlite/store-files';
export { OutdatedStore };

/** The id of an account's store, created if missing. Jobs belong to a store, not to an account name. */
export function ensureStore(home: Home, account: string): string {
  const id = readStore(home, account, storeIdOf);
  if (id !== undefined) return id;
  openForWriting(home.storeOf(account)).close();
  return ensureStore(home, account);
}

/** The id of an account's store, if any. Only for the holder of the worker lock: it migrates an old store. */
export function findStoreId(home: HomePlaces, account: string): string | undefined {
  try {
    return readStore(home, account, storeIdOf);
  } catch (error) {
    if (!(error instanceof OutdatedStore)) throw error;
    openForWriting(home.storeOf(account)).close();
    return readStore(home, account, storeIdOf);
  }
}

/**
 * Migrates an account's store to the newest schema, if it has one. Only for the holder of the worker lock.
 */
export function updateStore(home: Home, account: string): void {
  if (home.accounts().includes(account)) openForWriting(home.storeOf(account)).close();
}

/**
 * Writes what is left in the write-ahead log of an account's texts into their file, if there is one. Only for the
 * holder of the worker lock.
 */
export function closeContents(home: Home, account: string): void {
  const path = home.contentOf(account);
  if (storeSize(path) !== undefined) openForWriting(path, CONTENT).close();
}

/** Reads an account's store; undefined if it has none. */
export function readStore<T>(home: HomePlaces, account: string, read: (reader: Reader) => T): T | undefined {
  const reader = openReader(home.storeOf(account));
  if (reader === undefined) return undefined;
  try {
    return read(reader);
  } finally {
    reader.close();
  }
}

/**
 * Opens an account's store for reading.
 * @throws UserError if there is none.
 */
export function requireStore(home: Home, account: string): Reader {
  const reader = openReader(home.storeOf(account));
  if (reader !== undefined) return reader;
  throw noStore(home, account);
}

/**
 * Opens an account's store for reading, together with its texts.
 * @throws UserError if there is no store, or the file of the texts is not usable.
 */
export function requireContents(home: Home, account: string): ContentReader {
  const reader = openContentReader(home.storeOf(account), home.contentOf(account));
  if (reader !== undefined) return reader;
  throw noStore(home, account);
}

/** The error for a name without a store, which may be one that has only a login. */
function noStore(home: HomePlaces, account: string): UserError {
  const known = home.known();
  if (known.includes(account))
    return new UserError(`account "${account}" has a login, but no copy yet`, {
      hint: `create the copy with ${commandFor(account, 'sync')}`,
    });
  return noAccount(home, account);
}

/** The error for an account that has neither a store nor a login here; its hint names those that exist. */
export function noAccount(home: HomePlaces, account: string): UserError {
  const known = home.known();
  return new UserError(`there is no account "${account}" here`, {
    hint:
      known.length === 0
        ? 'log in with `gdrive-sync auth login`, then create a copy with `gdrive-sync sync`'
        : `existing accounts: ${known.join(', ')}`,
  });
}
