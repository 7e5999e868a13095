/** What `history` answers to its options. */
import Database from 'better-sqlite3';
import { openHome } from '../../src/process/home';
import { openSmallCopy, type SmallCopy } from '../support/small-copy';
import { OPENED_AT } from '../support/stores';

const DAY = 86_400_000;
const NOW = OPENED_AT + 3 * DAY + 3_600_000;
const TERMINAL = { columns: 80 };

let copy: SmallCopy;

/** On the first day an invoice was renamed and a list created. These are of the next days. */
const LATER: [day: number, id: string, kind: string, inherited?: number][] = [
  [1, 'beach', 'edited'],
  [1, 'beach2', 'edited'],
  [1, 'photos', 'shared'],
  [2, 'gone', 'removed'],
  [2, 'old', 'trashed', 1],
];

beforeAll(() => {
  copy = openSmallCopy();
  const db = new Database(openHome(copy.home).storeOf('default'));
  const add = db.prepare(
    "INSERT INTO file_event (at, file_pk, kind, inherited, changes) SELECT ?, pk, ?, ?, '{}' FROM file WHERE id = ?",
  );
  for (const [day, id, kind, inherited = 0] of LATER) add.run(OPENED_AT + day * DAY, kind, inherited, id);
  db.close();
});
afterAll(() => copy.close());

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(NOW);
});
afterEach(() => jest.restoreAllMocks());

/** The events as kind and id. */
async function events(...args: string[]): Promise<string[]> {
  const { code, stdout, stderr } = await copy.run(['--json', 'history', ...args]);
  expect({ code, stderr: stderr.includes('gdrive-sync:') }).toEqual({ code: 0, stderr: false });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { kind: string; id: string })
    .map(({ kind, id }) => `${kind} ${id}`);
}

async function lines(...args: string[]): Promise<string[]> {
  return (await copy.run(['history', ...args], TERMINAL)).stdout.trimEnd().split('\n');
}

const FIRST_DAY = ['renamed invoice', 'created list'];
const SECOND_DAY = ['edited beach', 'edited beach2', 'shared photos'];

test.each([
  ['a folder by its path', ['/My Drive/Photos'], SECOND_DAY],
  ['a folder by its name', ['photos'], SECOND_DAY],
  [
    'a folder by its address',
    ['https://drive.google.com/drive/my-drive'],
    [...FIRST_DAY, ...SECOND_DAY, 'removed gone'],
  ],
  ['a folder with the option', ['--folder', '/My Drive/Photos'], SECOND_DAY],
  ['what was removed from a folder', ['/My Drive/Taxes'], ['renamed invoice', 'removed gone']],
  ['a file', ['/My Drive/Photos/Beach.jpg'], ['edited beach']],
  ['a removed file by its id', ['gone'], ['removed gone']],
  ['a place', ['/Shared with me'], []],
  ['everything', ['/'], [...FIRST_DAY, ...SECOND_DAY, 'removed gone']],
  ['some kinds', ['--kind', 'removed,renamed'], ['renamed invoice', 'removed gone']],
  ['a day and the days after it', ['--since', '2026-01-02'], [...SECOND_DAY, 'removed gone']],
  ['the days up to one, which is included', ['--until', '2026-01-02'], [...FIRST_DAY, ...SECOND_DAY]],
  ['yesterday', ['--since', 'yesterday', '--until', 'yesterday'], ['removed gone']],
  ['today', ['--since', 'today'], []],
  ['inherited events too', ['--since', 'yesterday', '--all'], ['removed gone', 'trashed old']],
])('%s', async (_name, args, expected) => {
  expect(await events(...args)).toEqual(expected);
});

test('what is gone has its last path', async () => {
  expect(await lines('--kind', 'removed')).toEqual([
    '2026-01-03 00:00:00  removed   /My Drive/Taxes/Draft.txt',
  ]);
  const { stdout } = await copy.run(['--json', 'history', '--kind', 'removed']);
  expect(JSON.parse(stdout)).toMatchObject({ id: 'gone', path: '/My Drive/Taxes/Draft.txt' });
});

test('ids come with --ids, in a wide terminal, and in a pipe', async () => {
  const line = '2026-01-03 00:00:00  removed   /My Drive/Taxes/Draft.txt  gone';
  expect(await lines('--kind', 'removed', '--ids')).toEqual([line]);
  for (const terminal of [{ columns: 120 }, {}])
    expect((await copy.run(['history', '--kind', 'removed'], terminal)).stdout).toBe(`${line}\n`);
});

test('events are counted by day and by folder', async () => {
  expect(await lines('--by', 'day')).toEqual([
    'DAY         EVENTS  KINDS',
    '2026-01-01       2  1 created, 1 renamed',
    '2026-01-02       3  2 edited, 1 shared',
    '2026-01-03       1  1 removed',
  ]);
  expect(await lines('--by', 'folder')).toEqual([
    'FOLDER            EVENTS  KINDS',
    '/My Drive              2  1 created, 1 shared',
    '/My Drive/Photos       2  2 edited',
    '/My Drive/Taxes        2  1 removed, 1 renamed',
  ]);
  expect(await lines('/My Drive/Photos', '--by', 'day', '--kind', 'edited')).toEqual([
    'DAY         EVENTS  KINDS',
    '2026-01-02       2  2 edited',
  ]);
});

test('counts for programs, the newest days of too many', async () => {
  const { stdout, stderr } = await copy.run(['--json', 'history', '--by', 'day', '--limit', '1']);
  expect(JSON.parse(stdout)).toEqual({ day: '2026-01-03', events: 1, kinds: { removed: 1 } });
  expect(stderr).toContain('and 2 more days; --limit shows more');
});

test('a history without events says so, and why there may be none', async () => {
  expect(await copy.run(['history', '--since', 'today'])).toMatchObject({
    stdout: '',
    stderr: expect.stringMatching(/^No events match\.\n/) as string,
  });
  const empty = openSmallCopy();
  const db = new Database(openHome(empty.home).storeOf('default'));
  db.exec('DELETE FROM file_event');
  db.close();
  for (const args of [['history'], ['history', '--by', 'day']])
    expect((await empty.run(args)).stderr).toMatch(
      /^There are no events yet\. The history begins with the first complete copy/,
    );
  empty.close();
});

test('a path that there is not exits 1, as everywhere', async () => {
  const { code, stderr } = await copy.run(['history', 'nope']);
  expect(code).toBe(1);
  expect(stderr).toMatch(/there is no "nope" in \/My Drive.*name a removed file or folder by its id/s);
});

test.each([
  [['photos', '--folder', 'taxes'], /history takes one folder or file/],
  [['--kind', 'deleted'], /--kind takes created, removed, .*, not "deleted"/],
  [['--until', 'tomorrow'], /--until takes a time span or a time.*yesterday/s],
  [['--by', 'month'], /--by takes day, folder/],
  [['--since', '2021', '--until', '2020'], /--since is not before --until/],
  [['--by', 'day', '--follow'], /--by and --follow exclude each other/],
])('%j is wrong use', async (args, says) => {
  const { code, stdout, stderr } = await copy.run(['history', ...args]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(says);
});
