import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { pagesBehind } from '../../src/store/sqlite/checkpoint';
import { Checkpointer } from '../../src/writer/checkpointer';
import { waitFor } from '../support/cli';

const BUILT = join(__dirname, '../../dist/writer/checkpointer-thread.js');
const PAGES = 50;

const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-checkpointer-'));
let stores = 0;
let path: string;
let db: Database.Database;
let behind: () => number;
let checkpointer: Checkpointer | undefined;

beforeEach(() => {
  path = join(folder, `${String(++stores)}.db`);
  db = new Database(path);
  db.exec('PRAGMA journal_mode = WAL; PRAGMA wal_autocheckpoint = 0; CREATE TABLE text (text)');
  behind = pagesBehind(db);
});

afterEach(async () => {
  await checkpointer?.close();
  checkpointer = undefined;
  db.close();
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

function start(script = BUILT): Checkpointer {
  return (checkpointer = new Checkpointer(behind, path, { pages: PAGES, script }));
}

/** Commits rows, each of which takes about a page. */
function write(rows: number): void {
  const insert = db.prepare('INSERT INTO text VALUES (zeroblob(4000))');
  db.transaction(() => {
    for (let row = 0; row < rows; row++) insert.run();
  })();
}

const allCopied = () => behind() === 0;

test('a log is copied whenever it has become long', async () => {
  const checkpoints = start();
  for (let round = 1; round <= 3; round++) {
    write(PAGES);
    expect(behind()).toBeGreaterThanOrEqual(PAGES);
    checkpoints.look();
    await waitFor('a copied log', allCopied);
  }
});

test('a short log is left to SQLite', async () => {
  const checkpoints = start();
  write(PAGES / 2);
  const before = behind();
  checkpoints.look();
  await checkpoints.close();
  expect(behind()).toBe(before);
});

test('nothing is asked for in the middle of a transaction', async () => {
  const checkpoints = start();
  write(PAGES);
  const before = behind();
  db.exec('BEGIN IMMEDIATE');
  checkpoints.look();
  await checkpoints.close();
  db.exec('COMMIT');
  expect(behind()).toBe(before);
});

test('a store that is closed after it has no log left', async () => {
  const checkpoints = start();
  write(PAGES);
  checkpoints.look();
  await checkpoints.close();
  db.close();
  expect(existsSync(`${path}-wal`)).toBe(false);
  db = new Database(path);
  expect(db.prepare('SELECT count(*) FROM text').pluck().get()).toBe(PAGES);
});

test('a thread that breaks harms nothing, and is started again', async () => {
  const starts = join(folder, 'starts');
  const script = join(folder, 'broken.js');
  writeFileSync(
    script,
    `require('node:fs').appendFileSync(${JSON.stringify(starts)}, '.'); throw new Error('out of order')`,
  );
  const checkpoints = start(script);
  write(PAGES);
  await waitFor('two starts', () => {
    checkpoints.look();
    return existsSync(starts) && readFileSync(starts).length >= 2;
  });
  await checkpoints.close();
  write(1);
  expect(behind()).toBeGreaterThan(PAGES);
});
