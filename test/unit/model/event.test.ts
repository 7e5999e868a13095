import { rowEvent } from '../../../src/model/event';
import { toFileRecord } from '../../../src/model/file';
import type { JsonObject, SqlValue } from '../../../src/model/values';

const BASE: JsonObject = {
  id: 'a',
  version: '5',
  name: 'report',
  mimeType: 'text/plain',
  parents: ['p'],
  size: '9007199254740993',
  trashed: false,
  explicitlyTrashed: false,
  shared: false,
  permissionIds: ['1'],
  modifiedTime: '2026-01-01T00:00:00.000Z',
};

const event = (change: JsonObject) =>
  rowEvent(toFileRecord(BASE)!.values, toFileRecord({ ...BASE, ...change })!.values);

test.each<{ change: JsonObject; kind: string; changes: object; inherited?: boolean }>([
  { change: { name: 'final' }, kind: 'renamed', changes: { name: ['report', 'final'] } },
  { change: { parents: ['q'] }, kind: 'moved', changes: { parent_id: ['p', 'q'] } },
  {
    change: { parents: ['p', 'q'] },
    kind: 'moved',
    changes: { parents: [null, ['p', 'q']] },
  },
  { change: { driveId: 'd' }, kind: 'moved', changes: { drive_id: [null, 'd'] } },
  {
    change: { trashed: true, explicitlyTrashed: true },
    kind: 'trashed',
    changes: { trashed: [0, 1], explicitly_trashed: [0, 1] },
  },
  { change: { trashed: true }, kind: 'trashed', changes: { trashed: [0, 1] }, inherited: true },
  {
    change: { shared: true, permissionIds: ['1', '2'] },
    kind: 'shared',
    changes: { shared: [0, 1], permissionIds: [['1'], ['1', '2']] },
  },
  {
    change: { size: '9007199254740992' },
    kind: 'edited',
    changes: { size: ['9007199254740993', '9007199254740992'] },
  },
  { change: { starred: true }, kind: 'changed', changes: { starred: [null, 1] } },
  {
    change: { name: 'final', parents: ['q'] },
    kind: 'moved',
    changes: { name: ['report', 'final'], parent_id: ['p', 'q'] },
  },
])('$change is told as $kind', ({ change, kind, changes, inherited = false }) => {
  expect(event(change)).toEqual({ kind, changes, inherited });
});

test.each([
  { change: {}, name: 'nothing' },
  { change: { version: '6' }, name: 'a version' },
  { change: { viewedByMeTime: '2026-02-02T00:00:00.000Z', version: '6' }, name: 'a look at the file' },
])('$name alone is no event', ({ change }) => {
  expect(event(change)).toBeUndefined();
});

function sized(size: string): SqlValue[] {
  return toFileRecord({ ...BASE, size })!.values;
}

test('integers beyond 2^53 are compared by their value', () => {
  const large = '9007199254740993';
  expect(rowEvent(sized(large), sized(large))).toBeUndefined();
  const next = rowEvent(sized(large), sized('9007199254740995'));
  expect(next?.changes).toEqual({ size: [large, '9007199254740995'] });
});

test('people whose fields come in another order have not changed', () => {
  const owners = [{ permissionId: '1', displayName: 'R', emailAddress: 'r@example.com', me: true }];
  const turned = [{ me: true, emailAddress: 'r@example.com', displayName: 'R', permissionId: '1' }];
  const [before, after] = [owners, turned].map((each) => toFileRecord({ ...BASE, owners: each })!.values);
  expect(rowEvent(before!, after!)).toBeUndefined();
  expect(after).toEqual(before);
});
