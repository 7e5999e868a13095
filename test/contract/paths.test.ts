import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findTarget } from '../../src/commands/files/target';
import type { UserError } from '../../src/errors';
import type { JsonObject } from '../../src/model/values';
import { itemsBelow, type Target } from '../../src/queries/files/items';
import { keysBelow } from '../../src/queries/files/keys-below';
import { allPaths, pathsOf } from '../../src/queries/files/paths';
import { readRoots } from '../../src/queries/files/places';
import { scopeOf, spaceBy, spaceByFolder, totalSpace } from '../../src/queries/files/space';
import { openReader, type Reader } from '../../src/store/reader';
import { file, openTestStore, page, type TestStore } from '../support/stores';

const FOLDER = 'application/vnd.google-apps.folder';
const DEEP = 3_000;

let directory: string;
let box: TestStore;
let reader: Reader;

const folder = (id: string, name: string, parent?: string, fields: JsonObject = {}) =>
  file(id, {
    name,
    mimeType: FOLDER,
    ownedByMe: true,
    ...(parent !== undefined && { parents: [parent] }),
    ...fields,
  });
const blob = (id: string, name: string, parent?: string, fields: JsonObject = {}) =>
  file(id, {
    name,
    quotaBytesUsed: '10',
    ownedByMe: true,
    ...(parent !== undefined && { parents: [parent] }),
    ...fields,
  });

const FILES = [
  folder('a', 'a', 'root'),
  folder('b', 'b/c\\d', 'a'),
  blob('plain', 'x.txt', 'b'),
  blob('top', 'top', 'root'),
  blob('twin1', 'twin', 'root'),
  blob('twin2', 'twin', 'root'),
  blob('old', 'again', 'root', { trashed: true }),
  blob('new', 'again', 'root'),
  blob('several', 'both', 'a', { parents: ['a', 'b'] }),
  blob('orphan', 'orphan', 'nowhere'),
  blob('loose', 'loose'),
  folder('given', 'Given', undefined, { ownedByMe: false }),
  blob('theirs', 'theirs', 'given', { ownedByMe: false, quotaBytesUsed: '9223372036854775807' }),
  folder('round1', 'round1', 'round2'),
  folder('round2', 'round2', 'round1'),
  blob('inround', 'inround', 'round1'),
  blob('theirsInRound', 'theirs', 'round1', { ownedByMe: false }),
  blob('nameless', '', 'a'),
  blob('team', 'team.txt', 'DRIVE', { driveId: 'DRIVE', ownedByMe: undefined }),
  blob('accent', 'Cafe\u0301', 'root'),
  ...Array.from({ length: DEEP }, (_, at) =>
    folder(`d${String(at)}`, 'd', at === 0 ? 'root' : `d${String(at - 1)}`),
  ),
  blob('deepest', 'deepest', `d${String(DEEP - 1)}`),
];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'gdrive-sync-paths-'));
  const path = join(directory, 'store.db');
  box = openTestStore(path);
  box.store.changeSettings({ walk: false });
  box.commit(page(box.claim(0).fence, { files: FILES }));
  box.settle();
  box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  box.db.exec("UPDATE source SET name = 'Team/1' WHERE id = 'DRIVE'");
  while (box.store.buildIndexes().state === 'building');
  reader = openReader(path)!;
});
afterAll(() => {
  reader.close();
  box.store.close();
  rmSync(directory, { recursive: true });
});

const deepPath = `/My Drive${'/d'.repeat(DEEP)}/deepest`;

test.each([
  ['root', '/My Drive'],
  ['DRIVE', '/Shared drives/Team\\/1'],
  ['plain', '/My Drive/a/b\\/c\\\\d/x.txt'],
  ['several', '/My Drive/a/both'],
  ['orphan', '/No folder/orphan'],
  ['loose', '/No folder/loose'],
  ['theirs', '/Shared with me/Given/theirs'],
  ['inround', '/No folder/inround'],
  ['theirsInRound', '/No folder/theirs'],
  ['round1', '/No folder/round1'],
  ['nameless', '/My Drive/a/'],
  ['team', '/Shared drives/Team\\/1/team.txt'],
  ['deepest', deepPath],
  ['unknown', undefined],
])('the path of %s', (id, path) => {
  expect(pathsOf(reader).pathOf(id)).toEqual(path);
});

test('paths are the same, asked for one by one or all at once', () => {
  const one = pathsOf(reader);
  const folders = ['a', 'b', 'given', 'd2999', 'root', 'DRIVE'];
  const all = allPaths(reader);
  expect(folders.map((id) => all.pathOf(id))).toEqual(folders.map((id) => one.pathOf(id)));
});

const inOrder = (a: string, b: string) => a.localeCompare(b);

test('the view `paths` has the same paths, and one for each folder of a file', () => {
  const rows = reader
    .all('SELECT id, path FROM paths ORDER BY id, path')
    .map(({ id, path }) => ({ id, path }));
  const one = pathsOf(reader);
  const expected = FILES.map(({ id }) => ({ id, path: one.pathOf(id) }));
  const other = { id: 'several', path: '/My Drive/a/b\\/c\\\\d/both' };
  expect(rows.map((row) => JSON.stringify(row)).toSorted(inOrder)).toEqual(
    [...expected, other].map((row) => JSON.stringify(row)).toSorted(inOrder),
  );
});

test('the view `paths` names places as `ls` does while the root of My Drive is not known', () => {
  box.db.exec("UPDATE source SET root_id = NULL WHERE id = 'user'");
  const ids = ['plain', 'top', 'orphan', 'loose', 'theirs', 'inround', 'theirsInRound', 'team'];
  const one = pathsOf(reader);
  const rows = reader.all(
    'SELECT id, path FROM paths WHERE id IN (SELECT value FROM json_each(?))',
    JSON.stringify(ids),
  );
  box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  expect(new Map(rows.map(({ id, path }) => [id, path]))).toEqual(
    new Map(ids.map((id) => [id, one.pathOf(id)])),
  );
});

test.each([
  ['a folder', { kind: 'folder', id: 'a' }],
  ['a folder in which files of several folders lie', { kind: 'folder', id: 'b' }],
  ['a circle', { kind: 'folder', id: 'round1' }],
  ['a drive', { kind: 'folder', id: 'DRIVE' }],
  ...(['my-drive', 'shared-with-me', 'shared-drives', 'no-folder'] as const).map(
    (place) => [place, { kind: 'place', place }] as const,
  ),
] as [string, Target][])('the keys below %s are those of its items, each once', (_name, target) => {
  const roots = readRoots(reader);
  const keys = [...keysBelow(reader, target, roots)];
  const rows = reader.all(
    'SELECT id FROM file WHERE pk IN (SELECT value FROM json_each(?))',
    JSON.stringify(keys),
  );
  expect(new Set(keys).size).toBe(keys.length);
  expect(rows.map(({ id }) => String(id)).toSorted(inOrder)).toEqual(
    [...itemsBelow(reader, target, roots)].map(({ id }) => id).toSorted(inOrder),
  );
});

test.each([
  ['an id', 'plain', 'plain'],
  ['a path', '/My Drive/a/b\\/c\\\\d/x.txt', 'plain'],
  ['a path below My Drive', 'a', 'a'],
  ['another case', '/my drive/A', 'a'],
  ['another way to write an accent', '/My Drive/Caf\u00e9', 'accent'],
  ['a name that the trash has too', '/My Drive/again', 'new'],
  ['a path in a shared drive', '/Shared drives/Team\\/1/team.txt', 'team'],
  ['a path that was shared', '/Shared with me/Given/theirs', 'theirs'],
  ['a path without a folder', '/No folder/orphan', 'orphan'],
  ['a deep path', deepPath, 'deepest'],
])('%s names its file', (_, named, id) => {
  expect(findTarget(reader, named)).toEqual({ kind: 'folder', id });
});

test.each([
  'https://drive.google.com/drive/folders/1longfolderid',
  'https://drive.google.com/drive/u/0/folders/1longfolderid?usp=sharing&resourcekey=0-x',
  'https://drive.google.com/file/d/1longfolderid/view',
  'https://drive.google.com/open?id=1longfolderid',
  'https://docs.google.com/document/d/1longfolderid/edit#heading=h.1',
])('the address %s names its file', (address) => {
  box.db.exec("UPDATE file SET id = '1longfolderid' WHERE id = 'loose'");
  expect(findTarget(reader, address)).toEqual({ kind: 'folder', id: '1longfolderid' });
  box.db.exec("UPDATE file SET id = 'loose' WHERE id = '1longfolderid'");
});

test.each([
  ['/My Drive/none/x', /there is no "none" in \/My Drive$/, /search/],
  ['/My Drive/twin', /2 items in \/My Drive are named "twin"/, /twin1, twin2/],
  ['/Elsewhere/x', /there is no top-level folder "\/Elsewhere"/, /\/My Drive/],
  ['https://example.com/', /not the address of a file/, /copy the address/],
  ['https://drive.google.com/file/d/1234567890123/view', /there is no file with the id/, /sync/],
])('%s is told what is wrong with it', (named, says, hint) => {
  const error = (() => {
    try {
      return findTarget(reader, named);
    } catch (thrown) {
      return thrown as UserError;
    }
  })();
  expect(error).toMatchObject({
    message: expect.stringMatching(says) as string,
    hint: expect.stringMatching(hint) as string,
  });
});

describe('what files take up', () => {
  const top = { kind: 'place', place: 'all' } as const;

  test('sums by place cover everything once, circles aside', () => {
    const parts = spaceByFolder(reader, top, readRoots(reader));
    const { all } = totalSpace(reader, undefined);
    const byKey = new Map(parts.map((part) => [part.key, part]));
    expect(byKey.get('/No folder/')).toMatchObject({ bytes: 20, files: 2 });
    expect(byKey.get('/Shared drives/Team/1/')).toMatchObject({ bytes: 10, ownBytes: 0, files: 1 });
    expect(byKey.get('/Shared with me/')).toMatchObject({ ownBytes: 0, files: 2 });
    const circle = 4;
    expect(parts.reduce((sum, { files }) => sum + files, 0)).toBe(all.files - circle);
  });

  test('a folder counts with all that is below it', () => {
    const parts = spaceByFolder(reader, { kind: 'folder', id: 'root' }, readRoots(reader));
    const byKey = new Map(parts.map((part) => [part.key, part]));
    expect(byKey.get('a/')).toMatchObject({ bytes: 30, files: 4 });
    expect(byKey.get('d/')).toMatchObject({ bytes: 10, files: DEEP });
    expect(byKey.get('top')).toMatchObject({ bytes: 10, files: 1 });
  });

  test('a circle of folders comes to an end', () => {
    const parts = spaceByFolder(reader, { kind: 'folder', id: 'round1' }, readRoots(reader));
    expect(parts.map(({ key }) => key)).toEqual(['round2/', 'inround', 'theirs']);
  });

  test.each(['type', 'owner', 'drive', 'age'] as const)('told apart by %s nothing is lost', (key) => {
    const { all } = totalSpace(reader, undefined);
    const parts = spaceBy(reader, key, undefined, Date.now());
    expect(parts.reduce((sum, { files }) => sum + files, 0)).toBe(all.files);
    const scope = scopeOf(reader, { kind: 'folder', id: 'a' }, readRoots(reader));
    const below = spaceBy(reader, key, scope, Date.now());
    expect(below.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(30);
  });
});
