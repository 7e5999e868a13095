import type { FileRecord } from '../../src/model/file';
import { file, openTestStore, page, type TestStore } from '../support/stores';

let box: TestStore;

beforeEach(() => {
  box = openTestStore(':memory:');
});
afterEach(() => {
  box.store.close();
});

function blob(id: string, fields: object = {}): FileRecord {
  return file(id, { md5Checksum: 'aa', size: '9', ...fields });
}

function list(files: FileRecord[]): void {
  box.commit(page(box.claim(0).fence, { files }));
}

test('duplicates are copies of one content, and neither the empty nor the thrown away', () => {
  list([
    blob('1'),
    blob('2'),
    blob('other-size', { size: '8' }),
    blob('trashed', { trashed: true }),
    blob('empty-1', { size: '0', md5Checksum: 'e' }),
    blob('empty-2', { size: '0', md5Checksum: 'e' }),
    blob('single', { md5Checksum: 'bb' }),
    file('no-checksum', { size: '9' }),
  ]);
  expect(box.rows('SELECT id, copies, size FROM duplicates ORDER BY id')).toEqual([
    { id: '1', copies: 2, size: 9 },
    { id: '2', copies: 2, size: 9 },
  ]);
});

test.each([
  { name: 'the public', permissionIds: ['anyone', 'anyoneWithLink', '1'], visibility: 'public', people: 1 },
  { name: 'who has the link', permissionIds: ['1', 'anyoneWithLink'], visibility: 'link', people: 1 },
  { name: 'other people', permissionIds: ['1', '2', '3'], visibility: 'people', people: 3 },
  { name: 'others, who cannot be seen', permissionIds: ['1'], shared: true, visibility: 'people', people: 1 },
  { name: 'the owner', permissionIds: ['1'], shared: false, visibility: 'private', people: 1 },
])('a file is exposed to $name', ({ visibility, people, permissionIds, shared }) => {
  list([file('1', { permissionIds, ...(shared !== undefined && { shared }) }), file('2')]);
  expect(box.rows('SELECT id, visibility, people FROM exposure')).toEqual([{ id: '1', visibility, people }]);
});
