/** What `is:` finds beyond the fields of one file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/values';
import { readRoots } from '../../src/queries/files/places';
import { parseQuery } from '../../src/queries/search/query';
import { searchFiles } from '../../src/queries/search/search';
import { openReader, type Reader } from '../../src/store/reader';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const FOLDER = 'application/vnd.google-apps.folder';
const SHORTCUT = 'application/vnd.google-apps.shortcut';

const made = (id: string, parents: string[], fields: JsonObject = {}) =>
  file(id, { name: `n-${id}`, ownedByMe: true, parents, ...fields });
const folder = (id: string, fields: JsonObject = {}) => made(id, ['root'], { mimeType: FOLDER, ...fields });
const copy = (id: string, md5Checksum: string, size: string, fields: JsonObject = {}) =>
  made(id, ['full'], { md5Checksum, size, ...fields });
const shortcut = (id: string, targetId: string) =>
  made(id, ['full'], { mimeType: SHORTCUT, shortcutDetails: { targetId } });

const FILES = [
  folder('full'),
  folder('hollow'),
  folder('hollow-trash', { trashed: true }),
  folder('holds-trash'),
  made('trash', ['holds-trash'], { trashed: true }),
  folder('holds-gone'),
  made('gone', ['holds-gone']),
  folder('second'),
  made('two-folders', ['full', 'second']),

  made('no-parent', []),
  made('unseen', ['nowhere']),
  made('unseen-twice', ['nowhere', 'elsewhere']),
  made('half-seen', ['nowhere', 'full']),
  made('theirs', [], { ownedByMe: false }),
  made('of-gone', ['gone']),

  copy('one', 'aa', '5'),
  copy('other', 'aa', '5'),
  copy('larger', 'aa', '6'),
  copy('trashed-copy', 'bb', '7', { trashed: true }),
  copy('only', 'bb', '7'),
  copy('blank', 'cc', '0'),
  copy('blank-too', 'cc', '0'),

  shortcut('to-file', 'one'),
  shortcut('to-trash', 'trash'),
  shortcut('to-root', 'root'),
  shortcut('to-gone', 'gone'),
  shortcut('to-unknown', 'unknown'),
];

describe.each([true, false])('with the search index: %s', (indexed) => {
  let directory: string;
  let box: TestStore;
  let reader: Reader;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'gdrive-sync-marks-'));
    const path = join(directory, 'store.db');
    box = openTestStore(path);
    box.commit(page(box.claim(0).fence, { files: FILES }));
    box.settle();
    box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
    box.db.exec("UPDATE file SET removed_at = 1 WHERE id = 'gone'");
    while (indexed && box.store.buildIndexes().state === 'building');
    reader = openReader(path)!;
  });
  afterAll(() => {
    reader.close();
    box.store.close();
    rmSync(directory, { recursive: true });
  });

  const find = (query: string): string[] =>
    searchFiles(reader, parseQuery(query, Date.now()), {
      limit: 50,
      roots: readRoots(reader),
      folderOf: (id) => ({ kind: 'folder', id }),
    })
      .hits.map(({ id }) => id)
      .toSorted();

  test.each([
    ['is:empty', ['hollow', 'holds-gone']],
    ['is:empty is:trashed', ['hollow-trash']],
    ['is:orphan', ['no-parent', 'of-gone', 'theirs', 'unseen', 'unseen-twice']],
    ['is:orphan owner:me unseen', ['unseen', 'unseen-twice']],
    ['is:duplicate', ['one', 'other']],
    ['is:dangling', ['to-gone', 'to-unknown']],
    ['type:folder -is:empty', ['full', 'holds-trash', 'second']],
    ['type:shortcut -is:dangling', ['to-file', 'to-root', 'to-trash']],
  ])('%s', (query, expected) => {
    expect(find(query)).toEqual(expected.toSorted());
  });

  test('until the root of My Drive is known, what lies in it is no orphan', () => {
    box.db.exec("UPDATE source SET root_id = NULL WHERE id = 'user'");
    const expected = ['no-parent', 'theirs'];
    expect(find('is:orphan')).toEqual(expected);
    box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  });
});
