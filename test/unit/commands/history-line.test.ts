import { eventLines, type EventLineOptions } from '../../../src/commands/render/history-line';
import type { HistoryEvent } from '../../../src/queries/history';

const AT = new Date(2026, 8, 1, 8, 30, 5).getTime();

function eventOf(event: Partial<HistoryEvent>): HistoryEvent {
  return {
    number: 1,
    at: AT,
    kind: 'changed',
    inherited: false,
    id: 'f1',
    name: 'a.txt',
    path: '/My Drive/Plans/a.txt',
    mimeType: 'text/plain',
    source: 'user',
    changes: {},
    folders: undefined,
    ...event,
  };
}

function lines(event: Partial<HistoryEvent>, options: EventLineOptions): string[] {
  return eventLines(eventOf(event), options).map((text) => text.replace('2026-09-01 08:30:05  ', ''));
}

function line(event: Partial<HistoryEvent>): string {
  return lines(event, { nameOnly: true }).join('\n');
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

describe('where the file is', () => {
  const long = { path: `/My Drive/${'Folder/'.repeat(10)}a.txt`, kind: 'removed', id: 'x'.repeat(33) };

  test('a line has the path, also of a renamed or moved file', () => {
    expect(lines({ kind: 'removed' }, {})).toEqual(['removed   /My Drive/Plans/a.txt']);
    expect(lines({ kind: 'renamed', changes: { name: ['b', 'a.txt'] } }, {})).toEqual([
      'renamed   /My Drive/Plans/b → a.txt',
    ]);
    const changes = { parent_id: ['p1', 'p2'] } as HistoryEvent['changes'];
    expect(lines({ kind: 'moved', changes, folders: { from: 'Old', to: 'Plans' } }, {})).toEqual([
      'moved     /My Drive/Plans/a.txt: Old → Plans',
    ]);
  });

  test('a name with a slash stays whole', () => {
    expect(lines({ kind: 'removed', name: 'a/b', path: '/My Drive/Plans/a\\/b' }, {})).toEqual([
      'removed   /My Drive/Plans/a/b',
    ]);
  });

  test('a narrow terminal gets the end of the path, and no more than fits', () => {
    const [text = ''] = eventLines(eventOf({ ...long, changes: { size: [1, 2] } }), { width: 80 });
    expect(text).toHaveLength(80);
    expect(text).toMatch(/removed {3}….*\/Folder\/a\.txt$/);
    const wide = eventLines(eventOf({ ...long, name: '長い名前'.repeat(20) }), { width: 80 });
    expect(wide).toHaveLength(1);
    expect(wide[0]).toMatch(/removed {3}長い名前.*…$/);
  });

  test('values are cut, or left out where there is no room for them', () => {
    const changes: HistoryEvent['changes'] = { description: ['a'.repeat(30), 'b'.repeat(30)] };
    const [cut = ''] = eventLines(eventOf({ kind: 'changed', changes }), { width: 80 });
    expect(cut).toMatch(/\/My Drive\/Plans\/a\.txt {2}\(description: aa.*…$/);
    expect(cut).toHaveLength(80);
    expect(lines({ kind: 'changed', changes }, { width: 60 })).toEqual(['changed   /My Drive/Plans/a.txt']);
  });

  test('an id is never cut: it has its own line where there is no room', () => {
    expect(lines({ kind: 'removed' }, { ids: true, width: 80 })).toEqual([
      'removed   /My Drive/Plans/a.txt  f1',
    ]);
    expect(lines(long, { ids: true, width: 80 })[1]?.trim()).toBe(long.id);
    expect(lines(long, { ids: true })).toEqual([`removed   ${long.path}  ${long.id}`]);
  });
});

test('in a narrow terminal, both folders of a move are still shown', () => {
  const changes = { parent_id: ['p1', 'p2'] } as HistoryEvent['changes'];
  const folders = { from: 'A folder with quite a long name', to: 'Another one that is even longer' };
  const name = 'A file whose name is just as long.txt';
  const [shown = ''] = lines(
    { kind: 'moved', changes, folders, name, path: `/My Drive/${name}` },
    { width: 80 },
  );
  expect(shown.trimEnd()).toBe('moved     A file whos…: A folder wi… → Another one…');
});
