import { randomBytes } from 'node:crypto';
import { accessSync, constants, existsSync, linkSync, rmSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import './uris';
import Database from 'better-sqlite3';
import { DAMAGED_STORE_HINT, errorCode, errorMessage, StoreError } from '../../errors';
import { SyncFailure } from '../../model/failure';
import { fold } from '../../model/fold';
import { migrations } from '../schema/migrations';

/** What makes a file a store: its schema, and how it is marked. */
export interface StoreFormat {
  /** In the file's header, so that no other program's database is taken for a store. */
  applicationId: number;
  migrations: readonly string[];
  /** Fills a new store, after the first migration. */
  begin(db: Database.Database): void;
}

/** The metadata of an account. */
const METADATA: StoreFormat = { applicationId: 0x47447379, migrations, begin: createIdentity };
/** Another connection may hold the write lock for as long as a group of pages takes to commit. */
const BUSY_TIMEOUT_MS = 10_000;

/** The store has an older schema. The next writer migrates it. */
export class OutdatedStore extends StoreError {}

/**
 * Opens a store for reading, or returns undefined if there is none.
 * @throws StoreError where the file is not a usable store of a known schema.
 */
export function openForReading(path: string, format = METADATA): Database.Database | undefined {
  if (!existsSync(path)) return undefined;
  return guarded(path, () => {
    const { db, version } = readable(path, format);
    return closingOnError(db, () => {
      if (version < format.migrations.length) {
        throw new OutdatedStore(`the store ${path} has the older schema ${String(version)}`, {
          hint: 'run `gdrive-sync sync` once: it brings the store up to date',
        });
      }
      db.pragma('query_only = ON');
      db.pragma('temp_store = MEMORY');
      db.pragma('cache_size = -65536');
      return db;
    });
  });
}

/**
 * Opens the file together with its write-ahead log. On read-only media, where SQLite cannot create the log's
 * index, it opens a closed file without.
 */
function readable(path: string, format: StoreFormat): { db: Database.Database; version: number } {
  try {
    return checked(path, { format, name: path });
  } catch (error) {
    if (!/^SQLITE_(CANTOPEN|READONLY)/.test(errorCode(error) ?? '') || isWritable(dirname(path))) throw error;
    const isClosed = (statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0) === 0;
    if (isClosed) return checked(path, { format, name: `${pathToFileURL(resolve(path)).href}?immutable=1` });
    throw new StoreError(`the store ${path} was not closed before its disk became read-only`, {
      hint: 'make the disk writable, or copy the folder of the store to one that is',
      cause: error,
    });
  }
}

function checked(
  path: string,
  { format, name }: { format: StoreFormat; name: string },
): { db: Database.Database; version: number } {
  const db = new Database(name, { readonly: true, timeout: BUSY_TIMEOUT_MS });
  return closingOnError(db, () => ({ db, version: checkSchema(path, db, format) }));
}

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Opens a store for writing, creating it or bringing it up to the newest schema.
 * @throws StoreError where the file is damaged, of a newer schema, another program's, or not writable.
 */
export function openForWriting(path: string, format = METADATA): Database.Database {
  return guarded(path, () => {
    if (path !== IN_MEMORY && !existsSync(path)) createStore(path, format);
    return openAndMigrate(path, format);
  });
}

const IN_MEMORY = ':memory:';

/**
 * Creates a new store under another name and links it into place: other processes see all of it or nothing,
 * and the first one wins.
 */
function createStore(path: string, format: StoreFormat): void {
  const draft = `${path}.${String(process.pid)}.new`;
  try {
    openAndMigrate(draft, format).close();
    linkSync(draft, path);
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(draft + suffix, { force: true });
  }
}

function openAndMigrate(path: string, format: StoreFormat): Database.Database {
  const db = new Database(path, { timeout: BUSY_TIMEOUT_MS });
  return closingOnError(db, () => {
    checkSchema(path, db, format);
    if (pragma(db, 'page_count') === 0) db.pragma('page_size = 8192');
    db.pragma('journal_mode = WAL');
    db.pragma('synchronous = NORMAL');
    db.pragma('temp_store = MEMORY');
    // Sorting in files (see `sortingInFiles`) uses the folder of the store, which has room. The system's
    // temporary folder may be small.
    if (path !== IN_MEMORY)
      db.pragma(`temp_store_directory = '${dirname(resolve(path)).replaceAll("'", "''")}'`);
    // The system's cache holds the rest. Four times as much made neither crawls nor logs faster.
    db.pragma('cache_size = -8192');
    // The unique index needs fewer and larger checkpoints to keep a growing crawl fast. Another thread copies
    // most of the log before.
    db.pragma('wal_autocheckpoint = 48000');
    db.pragma('foreign_keys = ON');
    db.function('search_fold', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? fold(text) : null,
    );
    migrate(db, format);
    return db;
  });
}

/** Applies the missing migrations. Each one and its number are one transaction. */
function migrate(db: Database.Database, { applicationId, migrations: steps, begin }: StoreFormat): void {
  for (let number = pragma(db, 'user_version'); number < steps.length; number++) {
    db.transaction(() => {
      // Another process may have migrated the store while this one waited for the lock.
      if (pragma(db, 'user_version') !== number) return;
      const sql = steps[number];
      if (sql === undefined) throw new Error(`no migration ${String(number + 1)}`);
      db.exec(sql);
      if (number === 0) {
        db.pragma(`application_id = ${String(applicationId)}`);
        begin(db);
      }
      db.pragma(`user_version = ${String(number + 1)}`);
    }).immediate();
  }
}

function createIdentity(db: Database.Database): void {
  db.prepare('INSERT INTO store (store_id, created_at) VALUES (?, ?)').run(
    randomBytes(8).toString('hex'),
    Date.now(),
  );
}

function checkSchema(path: string, db: Database.Database, format: StoreFormat): number {
  const newest = format.migrations.length;
  const version = pragma(db, 'user_version');
  const isStore = pragma(db, 'application_id') === format.applicationId;
  const isEmpty = version === 0 && db.prepare('SELECT count(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isStore && !isEmpty) {
    throw new StoreError(`${path} is a database of another program`, {
      hint: 'choose another --account or --home',
    });
  }
  if (version > newest) {
    throw new StoreError(
      `the store ${path} has schema ${String(version)}, and this version of gdrive-sync knows schemas up to ${String(newest)}`,
      { hint: 'upgrade gdrive-sync; the store was not touched' },
    );
  }
  return version;
}

function pragma(db: Database.Database, name: string): number {
  return Number(db.pragma(name, { simple: true }));
}

function closingOnError<T>(db: Database.Database, use: () => T): T {
  try {
    return use();
  } catch (error) {
    db.close();
    throw error;
  }
}

/** Turns errors of SQLite and the file system about an unusable file into one sentence. */
function guarded<T>(path: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const code = errorCode(error) ?? '';
    if (code === 'SQLITE_NOTADB' || code.startsWith('SQLITE_CORRUPT')) throw damagedStore(path, error);
    if (/^(ENOSPC|EDQUOT)$/.test(code)) throw new SyncFailure('disk-full');
    const isOdd = code.startsWith('SQLITE_IOERR') && !statSync(path, { throwIfNoEntry: false })?.isFile();
    if (/^(SQLITE_(CANTOPEN|READONLY|PERM)|E[A-Z]+)/.test(code) || isOdd || error instanceof TypeError) {
      throw new StoreError(`the store ${path} cannot be opened: ${errorMessage(error)}`, {
        hint: 'check that the folder exists and that you may write to it, or choose another with --home',
        cause: error,
      });
    }
    throw error;
  }
}

/** The error for a store whose pages SQLite cannot read. */
function damagedStore(path: string, cause?: unknown): StoreError {
  return new StoreError(`the store ${path} is damaged`, {
    hint: DAMAGED_STORE_HINT,
    cause,
  });
}
