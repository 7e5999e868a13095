import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChangeEntry } from '../../src/model/change';
import type { FileRecord } from '../../src/model/file';
import { migrations } from '../../src/store/schema/migrations';
import { IndexBuild } from '../../src/store/search/index-build';
import { openForWriting } from '../../src/store/sqlite/open';
import { createTransactor } from '../../src/store/transactor';
import {
  commitChanges,
  changes,
  commitPages,
  file,
  openTestStore,
  page,
  type TestStore,
} from '../support/stores';

const DAY_MS = 86_400_000;
const START = Date.UTC(2020, 0, 1);

let folder: string;
let path: string;
let box: TestStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-index-'));
  path = join(folder, 'store.db');
  box = openTestStore(path);
});
afterEach(() => {
  box.store.close();
  rmSync(folder, { recursive: true });
});

function crawl(count: number): void {
  const files = Array.from({ length: count }, (_, at) =>
    file(`f${String(at)}`, at === 0 ? {} : { modified: START - at * DAY_MS }),
  );
  box.commit(page(box.claim(0).fence, { files }));
  box.settle();
}

/** The ids that the search index finds, the most recent first. */
function found(text: string): unknown[] {
  return box.db
    .prepare<[string], string>(/* sql */ `
      SELECT id FROM search_text JOIN search_doc ON search_doc.rank = search_text.rowid JOIN file ON file.pk = file_pk
      WHERE search_text MATCH ? ORDER BY search_text.rowid DESC`)
    .pluck()
    .all(`"${text}"`);
}

function toEntry(changed: FileRecord): ChangeEntry {
  return { kind: 'file', file: changed, atMs: undefined };
}

function buildAll(): void {
  while (box.store.buildIndexes().state === 'building');
}

function isSound(): void {
  box.db.exec("INSERT INTO search_text (search_text, rank) VALUES ('integrity-check', 1)");
}

test('indexes come after the first crawl, and not before', () => {
  expect(box.store.buildIndexes()).toEqual({ state: 'later', indexed: 0 });
  crawl(30);
  expect(box.store.buildIndexes()).toEqual({ state: 'building', indexed: 0 });
  buildAll();
  expect(box.store.buildIndexes()).toEqual({ state: 'ready', indexed: 30 });
  expect(box.row("SELECT v FROM search_text_config WHERE k = 'automerge'")).toEqual({ v: 4 });
  expect(box.row("SELECT v FROM search_text_config WHERE k = 'hashsize'")).toEqual({ v: 1 << 20 });
  expect(found('name of').slice(0, 3)).toEqual(['f1', 'f2', 'f3']);
  expect(found('name of').at(-1)).toBe('f0');
  isSound();
});

test('a build that was cut off goes on with the next process, and what changed meanwhile is found as it is', () => {
  crawl(250);
  const build = new IndexBuild(box.db, 100);
  const step = box.db.transaction(() => build.step());
  for (let steps = 0; steps < 6; steps++) expect(step().state).toBe('building');
  // The file without a time, and two steps of a hundred.
  expect(step()).toEqual({ state: 'building', indexed: 201 });
  const turn = { sourceId: 'user', ...box.pass };
  const renamed = file('f20', { version: '2', name: 'report after', modified: START + DAY_MS });
  const added = file('new', { name: 'report new', modified: START + 2 * DAY_MS });
  const oldest = file('f249', { version: '2', name: 'report old', modified: START - 249 * DAY_MS });
  const entries = [renamed, added, oldest].map(toEntry);
  commitChanges(box.store, changes(turn, 'start-1', { entries, token: 'next' }));
  box.store.close();
  box.db = openForWriting(path);
  box.store = createTransactor(box.db);
  buildAll();
  expect(found('report')).toHaveLength(3);
  expect(found('name of')).toHaveLength(250 - 2);
  expect(found('name of f20\u0003')).toEqual([]);
  isSound();
});

test('a file that is renamed is found by its new name only, and comes first', () => {
  crawl(40);
  buildAll();
  const turn = { sourceId: 'user', ...box.pass };
  const renamed = file('f30', { version: '2', name: 'other name', modified: START });
  commitChanges(box.store, changes(turn, 'start-1', { entries: [toEntry(renamed)] }));
  buildAll();
  expect(found('name of f30')).toEqual([]);
  expect(found('name')[0]).toBe('f30');
  isSound();
});

test('what the first crawl of another drive brings later is found too, and a file that moves there by its new name only', () => {
  crawl(40);
  buildAll();
  const { store, epoch } = box;
  store.followDrives([{ id: '0Later', name: 'Later' }]);
  store.openGenerations(epoch, [{ sourceId: '0Later', startToken: 'later-1', openedAt: box.clock.now }]);
  const claimed = store.claim({ sourceId: '0Later', epoch, lane: 0 });
  const { fence } = claimed.kind === 'claimed' ? claimed.claim : box.claim(0);
  const files = [
    file('f7', { version: '2', name: 'report moved', driveId: '0Later', modified: START }),
    file('d1', { name: 'report of the drive', driveId: '0Later', modified: START }),
  ];
  expect(commitPages(store, [page(fence, { files })])).toMatchObject([{ kind: 'committed' }]);
  expect(box.rows('SELECT id FROM file WHERE pk IN (SELECT file_pk FROM search_stale)')).toEqual([
    { id: 'f7' },
    { id: 'd1' },
  ]);
  buildAll();
  expect(new Set(found('report'))).toEqual(new Set(['d1', 'f7']));
  expect(found('name of f7\u0003')).toEqual([]);
  isSound();
});

/** A store as schema 4 left it: two files in its search index, of which one was renamed since. */
function leaveIndexedStore(): void {
  rmSync(path);
  const older = new Database(path);
  for (const migration of migrations.slice(0, 4)) older.exec(migration);
  older.exec(/* sql */ `
    PRAGMA application_id = ${String(0x47447379)};
    PRAGMA user_version = 4;
    INSERT INTO store (store_id, created_at, indexed) VALUES ('0123456789abcdef', 1, 'ready');
    INSERT INTO file (source_pk, first_seen_at, changed_at, id, name, modified_time)
    VALUES (1, 1, 1, 'a', 'minutes', '2024-01-01T00:00:00Z'), (1, 1, 1, 'b', 'letter', NULL);
    CREATE INDEX file_modified ON file (modified_time);
    INSERT INTO search_doc (file_pk, name) SELECT pk, char(2) || name || char(3) FROM file;
    UPDATE file SET name = 'agenda' WHERE id = 'a';
    INSERT INTO search_stale (file_pk) SELECT pk FROM file WHERE id = 'a'`);
  older.close();
}

test('the search index of an older schema is made anew, whatever was still to be mended', () => {
  box.store.close();
  leaveIndexedStore();
  box.db = openForWriting(path);
  box.store = createTransactor(box.db);
  expect(box.store.buildIndexes().state).toBe('building');
  buildAll();
  expect(found('minutes')).toEqual([]);
  expect([...found('agenda'), ...found('letter')]).toEqual(['a', 'b']);
  expect(box.db.prepare('SELECT count(*) FROM search_stale').pluck().get()).toBe(0);
  isSound();
});

test('a store that was indexed by an older version gets the index that has replaced one', () => {
  const names = () =>
    box.rows("SELECT name FROM sqlite_schema WHERE type = 'index' AND name LIKE 'file_%' ORDER BY name");
  crawl(3);
  buildAll();
  const all = names();
  expect(all).toContainEqual({ name: 'file_in_folder' });
  box.db.exec('DROP INDEX file_in_folder; CREATE INDEX file_child ON file (parent_id)');
  expect(box.store.buildIndexes()).toEqual({ state: 'building', indexed: 3 });
  expect(box.store.buildIndexes()).toEqual({ state: 'ready', indexed: 3 });
  expect(names()).toEqual(all);
});
