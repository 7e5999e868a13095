/** What the copy answers about files that lie in several folders. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarget } from '../../src/commands/files/target';
import type { JsonObject } from '../../src/model/values';
import { parseQuery } from '../../src/queries/search/query';
import { historyEvents, knowsTarget } from '../../src/queries/history';
import { itemById, itemsBelow, itemsIn, type Target } from '../../src/queries/files/items';
import { allPaths, pathsOf } from '../../src/queries/files/paths';
import { PLACES, readRoots, type Place } from '../../src/queries/files/places';
import { searchFiles } from '../../src/queries/search/search';
import { scopeOf, spaceBy, spaceByFolder, totalSpace } from '../../src/queries/files/space';
import { openReader, type Reader } from '../../src/store/reader';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const FOLDER = 'application/vnd.google-apps.folder';

let directory: string;
let box: TestStore;
let reader: Reader;

const made = (id: string, parents: string[], fields: JsonObject = {}) =>
  file(id, { name: `n-${id}`, ownedByMe: true, quotaBytesUsed: '10', parents, ...fields });
const folder = (id: string, parents: string[], fields: JsonObject = {}) =>
  made(id, parents, { mimeType: FOLDER, quotaBytesUsed: '0', ...fields });

const FILES = [
  folder('a', ['root']),
  folder('b', ['root']),
  folder('deep', ['b']),
  made('plain', ['a']),
  // The first parent is not the one whose id comes first.
  made('both', ['b', 'a']),
  folder('shared', ['a', 'b']),
  made('inside', ['shared']),
  made('near', ['deep', 'root']),
  made('half', ['unseen', 'b']),
  folder('halfway', ['unseen', 'b']),
  made('below', ['halfway']),
  made('nowhere', ['unseen', 'unheard']),
  made('theirs', ['unseen', 'b'], { ownedByMe: false }),
  folder('lost', ['unseen', 'unheard']),
  made('inlost', ['lost']),
  // In a circle, and in a folder that can be seen.
  folder('round', ['turn', 'a']),
  folder('turn', ['round']),
];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gdrive-sync-folders-'));
  const path = join(directory, 'store.db');
  box = openTestStore(path);
  box.store.changeSettings({ walk: false });
  box.commit(page(box.claim(0).fence, { files: FILES }));
  box.settle();
  box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  box.db.exec("INSERT INTO file_event (at, file_pk, kind, changes) SELECT 1, pk, 'edited', '{}' FROM file");
  while (box.store.buildIndexes().state === 'building');
  reader = openReader(path)!;
});
afterAll(() => {
  reader.close();
  box.store.close();
  rmSync(directory, { recursive: true });
});

const place = (name: Place | 'all'): Target => ({ kind: 'place', place: name });
const inFolder = (id: string): Target => ({ kind: 'folder', id });
const idsIn = (target: Target) =>
  [...itemsIn(reader, target, readRoots(reader))].map(({ id }) => id).toSorted();

const below = (target: Target) =>
  [...itemsBelow(reader, target, readRoots(reader))].map(({ id }) => id).toSorted();
const search = (named: string) =>
  searchFiles(reader, parseQuery(`in:${named}`, Date.now()), {
    limit: 50,
    roots: readRoots(reader),
    folderOf: (name) => inFolder(name),
  })
    .hits.map(({ id }) => id)
    .toSorted();
const partsOf = (target: Target) =>
  new Map(spaceByFolder(reader, target, readRoots(reader)).map((part) => [part.key, part]));
const scope = (target: Target) => scopeOf(reader, target, readRoots(reader));

test.each([
  ['a folder that is a second parent', inFolder('a'), ['both', 'plain', 'round', 'shared']],
  [
    'a folder that is a first and a second parent',
    inFolder('b'),
    ['both', 'deep', 'half', 'halfway', 'shared', 'theirs'],
  ],
  ['My Drive', place('my-drive'), ['a', 'b', 'near']],
  ['no folder that can be seen', place('no-folder'), ['lost', 'nowhere']],
  ['what others share', place('shared-with-me'), []],
])('%s shows what lies in it, once', (_, target, ids) => {
  expect(idsIn(target)).toEqual(ids);
});

test.each([
  ['both', '/My Drive/n-b/n-both'],
  ['inside', '/My Drive/n-a/n-shared/n-inside'],
  ['half', '/My Drive/n-b/n-half'],
  ['below', '/My Drive/n-b/n-halfway/n-below'],
  ['theirs', '/My Drive/n-b/n-theirs'],
  ['nowhere', '/No folder/n-nowhere'],
  ['inlost', '/No folder/n-lost/n-inlost'],
])('the path of %s leads through its first folder that can be seen', (id, path) => {
  expect([pathsOf(reader).pathOf(id), findTarget(reader, path)]).toEqual([path, inFolder(id)]);
  expect(allPaths(reader).pathIn(itemById(reader, id)!)).toBe(path);
});

test.each(['/My Drive/n-a/n-both', '/My Drive/n-b/n-both'])(
  '%s names the file, whichever folder it goes by',
  (path) => {
    expect(findTarget(reader, path)).toEqual(inFolder('both'));
  },
);

test('everything below a folder is met once', () => {
  expect(below(inFolder('b'))).toEqual(
    ['below', 'both', 'deep', 'half', 'halfway', 'inside', 'near', 'shared', 'theirs'].toSorted(),
  );
  const loose = ['nowhere', 'lost', 'inlost'];
  const all = FILES.map(({ id }) => id).filter((id) => !loose.includes(id));
  expect(below(place('my-drive'))).toEqual(all.toSorted());
  expect(below(place('no-folder'))).toEqual(loose.toSorted());
});

test('a search in a folder finds what lies in it and below it, through every parent', () => {
  expect(search('a')).toEqual(['both', 'inside', 'plain', 'round', 'shared', 'turn']);
  expect(search('halfway')).toEqual(['below']);
});

test('the history of a folder is that of all that lies below it, through every parent', () => {
  const events = historyEvents(reader, { folder: 'a' }, { limit: 50, inherited: true });
  expect(events.map(({ id }) => id).toSorted()).toEqual(
    ['a', 'both', 'inside', 'plain', 'round', 'shared', 'turn'].toSorted(),
  );
  expect([knowsTarget(reader, 'unheard'), knowsTarget(reader, 'nothing')]).toEqual([true, false]);
});

describe('what files take up', () => {
  test('counts once, in the folder whose id comes first', () => {
    const parts = partsOf(place('my-drive'));
    expect(parts.get('n-a/')).toMatchObject({ bytes: 30, files: 6 });
    expect(parts.get('n-b/')).toMatchObject({ bytes: 40, ownBytes: 30, files: 6 });
    expect(parts.has('n-near')).toBe(false);
    expect([...partsOf(inFolder('b')).keys()].toSorted()).toEqual([
      'n-deep/',
      'n-half',
      'n-halfway/',
      'n-theirs',
    ]);
    expect(totalSpace(reader, scope(inFolder('b'))).all).toMatchObject({ bytes: 40, files: 6 });
    expect(totalSpace(reader, scope(place('no-folder'))).all).toMatchObject({ bytes: 20, files: 3 });
  });

  test('by places and by whatever tells files apart, everything counts once', () => {
    const { all } = totalSpace(reader, undefined);
    expect(all.files).toBe(FILES.length);
    const places = partsOf(place('all'));
    expect([...places.values()].reduce((sum, { files }) => sum + files, 0)).toBe(FILES.length);
    expect(places.get(`/${PLACES['shared-with-me']}/`)).toMatchObject({ files: 0 });
    const types = spaceBy(reader, 'type', scope(place('my-drive')), Date.now());
    expect(types.reduce((sum, { files }) => sum + files, 0)).toBe(FILES.length - 3);
  });
});
