import { sharedWith, sharingLines } from '../../../src/commands/render/sharing';

const owners = [{ permissionId: 'owner', emailAddress: 'me@example.com' }];

test.each([
  [{ permissionIds: ['owner', 'a'], owners }, 'with 1 person or group'],
  [{ permissionIds: ['owner', 'a', 'b', 'c'], owners }, 'with 3 people or groups'],
  [{ permissionIds: ['a', 'b', 'c'] }, 'with 3 people or groups'],
  [{ permissionIds: ['owner', 'anyoneWithLink'], owners }, 'with anyone who has the link'],
  [{ permissionIds: ['anyone', 'owner', 'a', 'b'], owners }, 'with anyone and 2 people or groups'],
  [{ permissionIds: ['owner'], owners }, undefined],
  [{ permissionIds: [] }, undefined],
  [{ shared: true }, 'yes'],
  [{ shared: false }, undefined],
  [{}, undefined],
])('%j is shared %s', (file, words) => {
  expect(sharedWith(file)).toBe(words);
});

test('a large count has its thousands separated', () => {
  const permissionIds = Array.from({ length: 1_234 }, (_, at) => String(at));
  expect(sharedWith({ permissionIds })).toBe('with 1,234 people or groups');
});

test('info says that people are counted and not named', () => {
  expect(sharingLines({ permissionIds: ['owner', 'a'], owners })).toEqual([
    'with 1 person or group',
    '(the copy counts people and groups; it has no names)',
  ]);
  expect(sharingLines({ permissionIds: ['anyone', 'owner'], owners })).toEqual(['with anyone']);
  expect(sharingLines({})).toEqual([]);
});
