/** The table of parents: every parent of the files that have several, and no row of any other file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import type { ChangeEntry } from '../../src/model/change';
import { toDriveFile, type FileRecord } from '../../src/model/file';
import type { SqlValue } from '../../src/model/values';
import { USER_SOURCE } from '../../src/model/job';
import { migrations } from '../../src/store/schema/migrations';
import { openForWriting } from '../../src/store/sqlite/open';
import { changes, commitChanges, file, openTestStore, page, type TestStore } from '../support/stores';

let box: TestStore;
let token: string;

beforeEach(() => {
  box = openTestStore(':memory:');
  token = 'start-1';
});
afterEach(() => box.store.close());

const turn = () => ({ sourceId: USER_SOURCE, ...box.pass });

/** The rows of the table, by the file's id. */
function table(db: Database.Database): Record<string, string[]> {
  const sql =
    'SELECT file.id, file_parent.parent_id AS parent FROM file_parent JOIN file ON pk = file_pk ORDER BY 1, 2';
  const held: Record<string, string[]> = {};
  for (const { id, parent } of db.prepare<[], { id: string; parent: string }>(sql).all())
    held[id] = [...(held[id] ?? []), parent];
  return held;
}

/** The same by what each file itself says. */
function expected(db: Database.Database): Record<string, string[]> {
  const rows = db.prepare<[], Record<string, SqlValue>>('SELECT * FROM file').all().map(toDriveFile);
  const lists = rows.map(({ id, parents }): [string, string[]] => {
    const ids = Array.isArray(parents) ? parents.filter((each) => typeof each === 'string') : [];
    return [String(id), [...new Set(ids)].toSorted()];
  });
  return Object.fromEntries(lists.filter(([, ids]) => ids.length > 1));
}

type Write = (...files: FileRecord[]) => void;

/** Each of them writes files in its own way. */
const WAYS: Record<string, Write> = {
  'in a first crawl': (...files) => {
    box.commit(page(box.claim(0).fence, { files, nextPageToken: `page ${files[0]?.values.join() ?? ''}` }));
  },
  'by the change log': (...files) => {
    const entries = files.map((each): ChangeEntry => ({ kind: 'file', file: each, atMs: undefined }));
    const next = `${token}+`;
    commitChanges(box.store, changes(turn(), token, { entries, token: next }));
    token = next;
  },
  'by an answer': (...files) => {
    const answers = files.map((each) => ({ kind: 'found' as const, fileId: each.id, file: each }));
    const work = box.row('SELECT commit_no FROM store');
    box.store.commitAnswers(turn(), answers, Number(work['commit_no']));
  },
};

const version = (at: number) => ({ version: String(at) });

describe.each(Object.entries(WAYS))('%s', (_, write) => {
  test.each<{ name: string; parents: unknown[] }>([
    { name: 'one, then two', parents: [['a'], ['a', 'b']] },
    { name: 'two, then one', parents: [['a', 'b'], ['b']] },
    {
      name: 'two, then two others',
      parents: [
        ['a', 'b'],
        ['c', 'b', 'd'],
      ],
    },
    { name: 'two, then none', parents: [['a', 'b'], undefined] },
    { name: 'none, then three', parents: [undefined, ['a', 'b', 'c']] },
    {
      name: 'the same two again, the other way round',
      parents: [
        ['a', 'b'],
        ['b', 'a'],
      ],
    },
    { name: 'one that is named twice', parents: [['a', 'a']] },
    {
      name: 'what is no id among ids',
      parents: [
        [7, 'a', null, 'b'],
        [null, 'a'],
      ],
    },
    { name: 'no list at all', parents: [['a', 'b'], 'a'] },
  ])('$name', ({ parents }) => {
    for (const [at, each] of parents.entries()) {
      const properties = { parents: ['x', 'y'].join() };
      const others = [
        file('other', { ...version(at + 1), parents: ['a'], properties }),
        file('none', version(at + 1)),
      ];
      write(file('f', { ...version(at + 1), parents: each }), ...others);
      expect(table(box.db)).toEqual(expected(box.db));
    }
    expect(Object.keys(table(box.db)).filter((id) => id !== 'f')).toEqual([]);
  });

  test('an older state of the file changes nothing', () => {
    write(file('f', { ...version(2), parents: ['a', 'b'] }));
    write(file('f', { ...version(1), parents: ['a'] }));
    expect(table(box.db)).toEqual({ f: ['a', 'b'] });
  });
});

test('the first parent is the first that is an id', () => {
  WAYS['by the change log']!(file('f', { parents: [7, 'a', 'b'] }));
  expect(box.row('SELECT parent_id FROM file')).toEqual({ parent_id: 'a' });
});

test('a file that is removed and comes back has its parents', () => {
  const write = WAYS['by the change log']!;
  box.settle();
  write(file('f', { parents: ['a', 'b'] }));
  box.db.exec("UPDATE file SET removed_at = 1, removal = 'log'");
  expect(table(box.db)).toEqual({ f: ['a', 'b'] });
  write(file('f', { version: '2', parents: ['a'] }));
  expect(table(box.db)).toEqual({});
});

describe('a store of an older schema', () => {
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-parents-'));
  const path = join(folder, 'store.db');
  afterAll(() => rmSync(folder, { recursive: true }));

  test('gets the parents of all its files, loses nothing, and has Drive asked for those that have several', () => {
    const older = new Database(path);
    for (const migration of migrations.slice(0, 7)) older.exec(migration);
    older.exec(/* sql */ `
      PRAGMA application_id = ${String(0x47447379)};
      PRAGMA user_version = 7;
      INSERT INTO store (store_id, created_at) VALUES ('0123456789abcdef', 1);
      INSERT INTO source (pk, id, current_at, root_id) VALUES (1, 'user', 1, 'guessed'), (2, 'drive', NULL, NULL);
      INSERT INTO folder_work (source_pk, folder_id, kind) VALUES (1, 'a', 'trash')`);
    const insert = older.prepare(
      'INSERT INTO file (source_pk, first_seen_at, changed_at, removed_at, id, parent_id, extra) VALUES (?, 1, 1, ?, ?, ?, ?)',
    );
    insert.run(1, null, 'one', 'a', '{"webViewLink":"w"}');
    insert.run(1, null, 'bare', 'a', null);
    insert.run(1, null, 'two', 'a', '{"webViewLink":"w","parents":["a","b"]}');
    insert.run(1, 5, 'removed', 'a', '{"parents":["a","b"]}');
    insert.run(2, null, 'crawled', 'a', '{"parents":["a","b","a"]}');
    insert.run(1, null, 'twice', 'a', '{"parents":["a","a"]}');
    insert.run(1, null, 'odd', null, '{"parents":[7]}');
    insert.run(1, null, 'named', 'a', '{"properties":{"parents":"[]"}}');
    const columns = older.prepare('SELECT * FROM file').columns();
    const select = `SELECT ${columns.map(({ name }) => name).join(', ')} FROM file`;
    const rows = older.prepare(select).all();
    older.close();
    const db = openForWriting(path);
    try {
      expect(table(db)).toEqual(expected(db));
      expect(Object.keys(table(db))).toEqual(['crawled', 'removed', 'two']);
      expect(db.prepare(select).all()).toEqual(rows);
      expect(db.prepare('SELECT file_id, source_pk, verdict FROM candidate').all()).toEqual([
        { file_id: 'two', source_pk: 1, verdict: 'open' },
      ]);
      expect(db.prepare('SELECT folder_id, open, cursor FROM folder_work').all()).toEqual([
        { folder_id: 'a', open: 1, cursor: 0 },
      ]);
      // What was guessed still shows paths until Drive is asked.
      expect(db.prepare("SELECT root_id, root_asked FROM source WHERE id = 'user'").get()).toEqual({
        root_id: 'guessed',
        root_asked: 0,
      });
    } finally {
      db.close();
    }
  });
});
