import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { UserError } from '../../src/errors';
import { openForReading, openForWriting } from '../../src/store/sqlite/open';
import { migrations } from '../../src/store/schema/migrations';
import { tryRoleLock } from '../../src/store/sqlite/role-lock';
import { storeFailure } from '../../src/store/sqlite/failure';

const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-open-'));
let files = 0;
const freshPath = () => join(folder, `store-${String(++files)}.sqlite`);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

const pragma = (db: Database.Database, name: string) => db.pragma(name, { simple: true });

/** The error that opening throws; a store that opens after all is closed and fails the test. */
function refusal(open: () => Database.Database | undefined): UserError {
  let db: Database.Database | undefined;
  try {
    db = open();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  db?.close();
  throw new Error('the store was opened');
}

/** A store's file, changed by other hands. */
function storeWith(sql: string): string {
  const path = freshPath();
  const db = openForWriting(path);
  db.exec(sql);
  db.close();
  return path;
}

test('a fresh store has the newest schema, an identity and 8 KiB pages', () => {
  const db = openForWriting(freshPath());
  try {
    expect(pragma(db, 'user_version')).toBe(migrations.length);
    expect(pragma(db, 'application_id')).not.toBe(0);
    expect(pragma(db, 'page_size')).toBe(8192);
    expect(pragma(db, 'journal_mode')).toBe('wal');
    expect(db.prepare('SELECT store_id, permission_id, epoch FROM store').all()).toEqual([
      { store_id: expect.stringMatching(/^[0-9a-f]{16}$/), permission_id: null, epoch: 0 },
    ]);
  } finally {
    db.close();
  }
});

test('a store opened again is the same store with the same schema', () => {
  const path = freshPath();
  const look = () => {
    const db = openForWriting(path);
    try {
      return db.prepare('SELECT store_id, sql FROM store, sqlite_schema ORDER BY name').all();
    } finally {
      db.close();
    }
  };
  const first = look();
  expect(first.length).toBeGreaterThan(10);
  expect(look()).toEqual(first);
});

test('two stores never have the same id', () => {
  const ids = [freshPath(), freshPath()].map((path) => {
    const db = openForWriting(path);
    const id = db.prepare('SELECT store_id FROM store').pluck().get();
    db.close();
    return id;
  });
  expect(new Set(ids).size).toBe(2);
});

describe.each([
  { purpose: 'writing', open: openForWriting },
  { purpose: 'reading', open: openForReading },
])('opened for $purpose', ({ open }) => {
  test('a store of a newer schema is refused with both versions and is left as it is', () => {
    const newer = migrations.length + 41;
    const path = storeWith(`PRAGMA user_version = ${String(newer)}`);
    const before = readFileSync(path);
    const { message, hint } = refusal(() => open(path));
    expect(message).toContain(`schema ${String(newer)}`);
    expect(message).toContain(`up to ${String(migrations.length)}`);
    expect(hint).toMatch(/upgrade/);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  test.each([
    { name: 'a text', bytes: Buffer.from('this is a letter, not a database. '.repeat(500)) },
    { name: 'noise', bytes: Buffer.alloc(16_384, 0xa5) },
  ])('$name in the place of a store is called damaged and is left as it is', ({ bytes }) => {
    const path = freshPath();
    writeFileSync(path, bytes);
    expect(refusal(() => open(path)).message).toBe(`the store ${path} is damaged`);
    expect(readFileSync(path).equals(bytes)).toBe(true);
  });

  test("another program's database is refused and is left as it is", () => {
    const path = freshPath();
    const other = new Database(path);
    other.exec('CREATE TABLE bookmark (id INTEGER PRIMARY KEY); PRAGMA user_version = 1');
    other.close();
    const before = readFileSync(path);
    expect(refusal(() => open(path)).message).toBe(`${path} is a database of another program`);
    expect(readFileSync(path).equals(before)).toBe(true);
    expect(existsSync(`${path}-wal`)).toBe(false);
  });

  test('a folder in the place of a store is refused with a hint', () => {
    const path = freshPath();
    mkdirSync(path);
    expect(refusal(() => open(path))).toMatchObject({
      message: expect.stringContaining(`the store ${path} cannot be opened`),
      hint: expect.stringContaining('--home'),
    });
  });
});

test('a store in a folder that may not be written to is refused with a hint', () => {
  const locked = join(folder, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o555);
  // Root may write anywhere but into the kernel's own file system.
  const path = join(process.getuid?.() === 0 ? '/proc/self' : locked, 'store.sqlite');
  expect(refusal(() => openForWriting(path))).toMatchObject({
    message: expect.stringContaining('cannot be opened'),
    hint: expect.stringContaining('may write'),
  });
});

test('a store in a folder that does not exist is refused with a hint', () => {
  const path = join(folder, 'missing', 'store.sqlite');
  expect(refusal(() => openForWriting(path)).hint).toMatch(/folder exists/);
});

test('no store is read where there is none, and none is made', () => {
  const path = freshPath();
  expect(openForReading(path)).toBeUndefined();
  expect(existsSync(path)).toBe(false);
});

test('an empty file is no store to read yet, but may become one', () => {
  const path = freshPath();
  writeFileSync(path, '');
  expect(refusal(() => openForReading(path)).message).toContain('older schema 0');
  openForWriting(path).close();
  const db = openForReading(path)!;
  expect(pragma(db, 'user_version')).toBe(migrations.length);
  db.close();
});

test('a store opened for reading can write nothing', () => {
  const path = storeWith('SELECT 1');
  const db = openForReading(path)!;
  try {
    expect(() => db.exec('UPDATE store SET epoch = 9')).toThrow(/readonly/);
  } finally {
    db.close();
  }
});

test.each([
  { code: 'SQLITE_FULL', kind: 'disk-full' },
  { code: 'SQLITE_BUSY', kind: 'store-busy' },
  { code: 'SQLITE_BUSY_SNAPSHOT', kind: 'store-busy' },
  { code: 'SQLITE_LOCKED', kind: 'store-busy' },
  { code: 'SQLITE_IOERR_WRITE', kind: 'disk-error' },
  { code: 'SQLITE_CORRUPT_INDEX', kind: 'store-unusable' },
  { code: 'SQLITE_NOTADB', kind: 'store-unusable' },
  { code: 'SQLITE_READONLY', kind: 'store-unusable' },
  { code: 'SQLITE_READONLY_DIRECTORY', kind: 'store-unusable' },
  { code: 'SQLITE_CANTOPEN', kind: 'store-unusable' },
  { code: 'SQLITE_CONSTRAINT_UNIQUE', kind: 'internal' },
  { code: 'SQLITE_MISMATCH', kind: 'internal' },
  { code: 'SQLITE_ERROR', kind: 'internal' },
  { code: 'SQLITE_NOMEM', kind: 'internal' },
  { code: 'SQLITE_TOOBIG', kind: 'internal' },
  { code: 'SQLITE_SCHEMA', kind: 'internal' },
  { code: 'ENOSPC', kind: undefined },
  { code: 5, kind: undefined },
])('the error code $code of a write means $kind', ({ code, kind }) => {
  expect(storeFailure(Object.assign(new Error('x'), { code }))).toBe(kind);
});

describe('a role', () => {
  test('is held by one at a time and free once released', () => {
    const path = join(folder, 'roles', 'worker.lock');
    const first = tryRoleLock(path)!;
    expect(tryRoleLock(path)).toBeUndefined();
    first.release();
    const second = tryRoleLock(path);
    expect(second).toBeDefined();
    second?.release();
  });

  test('can be taken where a file that is no lock stands in its place', () => {
    const path = freshPath();
    writeFileSync(path, 'pid 1234\n'.repeat(200));
    const role = tryRoleLock(path);
    expect(role).toBeDefined();
    expect(tryRoleLock(path)).toBeUndefined();
    role?.release();
  });

  test('of one path does not hold that of another', () => {
    const roles = [tryRoleLock(freshPath()), tryRoleLock(freshPath())];
    expect(roles).not.toContain(undefined);
    for (const role of roles) role?.release();
  });
});
