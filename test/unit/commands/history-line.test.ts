import { historyLine } from '../../../src/commands/render/history-line';
import type { HistoryEvent } from '../../../src/queries/history';

const AT = new Date(2026, 8, 1, 8, 30, 5).getTime();

function line(event: Partial<HistoryEvent>): string {
  const whole: HistoryEvent = {
    number: 1,
    at: AT,
    kind: 'changed',
    inherited: false,
    id: 'f1',
    name: 'a.txt',
    mimeType: 'text/plain',
    source: 'user',
    changes: {},
    folders: undefined,
    ...event,
  };
  return historyLine(whole).replace('2026-09-01 08:30:05  ', '');
}

test('an event says when, what and which file', () => {
  expect(line({ kind: 'created' })).toBe('created   a.txt');
  expect(line({ kind: 'removed', name: undefined })).toBe('removed   f1');
});

test('a renamed file shows both names, not the one that it has now', () => {
  const changes = { name: ['old.txt', 'new.txt'] } as HistoryEvent['changes'];
  expect(line({ kind: 'renamed', name: 'newest.txt', changes })).toBe('renamed   old.txt → new.txt');
});

test('a moved file shows both folders by name, else by id', () => {
  const changes = { parent_id: ['p1', 'p2'], parents: [['p1'], ['p2']] } as HistoryEvent['changes'];
  expect(line({ kind: 'moved', changes, folders: { from: 'Plans', to: undefined } })).toBe(
    'moved     a.txt: Plans → p2',
  );
  const gone = { parent_id: ['p1', null] } as HistoryEvent['changes'];
  expect(line({ kind: 'moved', changes: gone, folders: { from: undefined, to: undefined } })).toBe(
    'moved     a.txt: p1 → (none)',
  );
  const drive = { drive_id: [null, 'd1'] } as HistoryEvent['changes'];
  expect(line({ kind: 'moved', changes: drive, folders: { from: undefined, to: 'Team' } })).toBe(
    'moved     a.txt: (none) → Team',
  );
});

test('other fields are shown before and after, shortened, and only a few of them', () => {
  const changes: HistoryEvent['changes'] = {
    size: [1, 2],
    md5: ['a', 'b'],
    description: [null, 'x'.repeat(100)],
    starred: [0, 1],
    writersCanShare: [true, false],
  };
  expect(line({ kind: 'edited', changes })).toBe(
    `edited    a.txt  (size: 1 → 2, description: – → ${'x'.repeat(39)}…, starred: 0 → 1, and 1 more)`,
  );
});

test('of the people who have access it is told how many they are', () => {
  const changes: HistoryEvent['changes'] = { shared: [0, 1], permissionIds: [['1'], ['1', '2', '3']] };
  expect(line({ kind: 'shared', changes })).toBe(
    'shared    a.txt  (shared: 0 → 1, people with access: 1 → 3)',
  );
});

test('what the kind says is not said again', () => {
  const changes: HistoryEvent['changes'] = { trashed: [0, 1], explicitly_trashed: [0, 1] };
  expect(line({ kind: 'trashed', changes })).toBe('trashed   a.txt');
  expect(line({ kind: 'trashed', changes, inherited: true })).toBe('trashed   a.txt  [with its folder]');
});

test('nothing of a file can move the cursor or break the line', () => {
  const changes: HistoryEvent['changes'] = {
    name: ['a\u001b[2J', 'b\nc'],
    description: ['\u202ex', ['\u0007']],
  };
  const text = line({ kind: 'renamed', changes });
  expect(text).toBe('renamed   a\uFFFD[2J → b\uFFFDc  (description: \uFFFDx → ["\\u0007"])');
});
