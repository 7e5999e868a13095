/** What people see of a copy, on a terminal of 80 columns and in a pipe, word by word. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { OPENED_AT } from '../support/stores';
import { openSmallCopy, type SmallCopy } from '../support/small-copy';

const TERMINAL = { columns: 80 };
const AS_OF = 'as of 2026-01-01 00:00:00 (3 h ago)';

let copy: SmallCopy;

beforeAll(() => {
  copy = openSmallCopy();
});
afterAll(() => copy.close());

beforeEach(() => {
  jest.spyOn(Date, 'now').mockReturnValue(OPENED_AT + 3 * 3_600_000);
});
afterEach(() => jest.restoreAllMocks());

const linesOf = (text: string) => text.trimEnd().split('\n');

async function shown(...args: string[]): Promise<string[]> {
  const { code, stdout } = await copy.run(args, TERMINAL);
  expect(code).toBe(0);
  return linesOf(stdout);
}

async function piped(...args: string[]): Promise<string[]> {
  const { code, stdout } = await copy.run(args);
  expect(code).toBe(0);
  return linesOf(stdout);
}

describe('ls', () => {
  test('lists folders first, by name, without what is in the trash', async () => {
    const { stdout, stderr } = await copy.run(['ls', '/My Drive'], TERMINAL);
    expect(linesOf(stdout)).toEqual([
      'NAME          SIZE  MODIFIED          OWNER            ID',
      'Photos/             2025-03-01 10:00  me@example.com   photos',
      'Taxes/              2025-04-01 10:00  me@example.com   taxes',
      'List.txt      10 B                    me@example.com   list',
      'Notes.txt  97.7 KB  2025-08-01 00:00  ann@example.com  notes',
    ]);
    expect(linesOf(stderr)).toEqual(['and 1 more in the trash; --trashed shows them', AS_OF]);
  });

  test('shows the trash if asked to', async () => {
    expect((await shown('ls', '/My Drive', '--trashed')).at(-1)).toBe(
      'Old notes.txt (in the trash)   3.0 KB  2024-01-01 00:00  me@example.com   old',
    );
  });

  test('gives a pipe whole values, separated by tabs', async () => {
    expect(await piped('ls', '/My Drive/Photos')).toEqual([
      'Beach copy.jpg\t2097152\t2025-06-02T09:30:00.000Z\tme@example.com\tbeach2',
      'Beach.jpg\t2097152\t2025-05-02T09:30:00.000Z\tme@example.com\tbeach',
    ]);
  });

  test('says where paths begin', async () => {
    expect(await shown('ls')).toEqual([
      'NAME              SIZE  MODIFIED  OWNER  ID',
      '/My Drive/                               root',
      '/Shared drives/',
      '/Shared with me/',
      '/No folder/',
    ]);
  });

  test('lists everything below, a path a line', async () => {
    expect((await piped('ls', '-R')).toSorted()).toEqual([
      '/My Drive/List.txt',
      '/My Drive/Notes.txt',
      '/My Drive/Photos/',
      '/My Drive/Photos/Beach copy.jpg',
      '/My Drive/Photos/Beach.jpg',
      '/My Drive/Taxes/',
      '/My Drive/Taxes/Invoice 2025.txt',
    ]);
  });
});

test('info tells when a file was removed, and names no place where it still is', async () => {
  const facts = await shown('info', 'gone');
  expect(facts).toContain('removed      2026-01-01 00:01:00 (the change log said so)');
  expect(facts.filter((line) => line.startsWith('path'))).toEqual([]);
});

describe('du', () => {
  test('adds up folders, the largest first', async () => {
    expect(await shown('du', '/My Drive')).toEqual([
      'FOLDER                   SIZE   YOURS  FILES',
      'Photos/                4.0 MB  4.0 MB      2',
      'Notes.txt             97.7 KB     0 B      1',
      'Old notes.txt          3.0 KB  3.0 KB      1',
      'Taxes/                 1000 B  1000 B      1',
      'List.txt                 10 B    10 B      1',
      'total                  4.1 MB  4.0 MB      8',
      'of this in the trash   3.0 KB  3.0 KB      1',
    ]);
  });

  test('adds up types, and tells the user’s own apart', async () => {
    expect(await shown('du', '--by', 'type')).toEqual([
      'TYPE                                  SIZE   YOURS  FILES',
      'image/jpeg                          4.0 MB  4.0 MB      2',
      'text/plain                          102 KB  4.0 KB      4',
      'application/vnd.google-apps.folder     0 B     0 B      2',
      'total                               4.1 MB  4.0 MB      8',
      'of this in the trash                3.0 KB  3.0 KB      1',
      'Google counted 3.0 GB of 15.0 GB 3 h ago (1.0 GB in Drive, 4.0 KB in its trash)',
      'Your files here use 4.0 MB',
    ]);
    expect((await piped('du', '--by', 'type'))[1]).toBe('text/plain\t104081\t4082\t4');
  });

  test('puts what is beyond the limit into one line', async () => {
    expect((await shown('du', '--by', 'type', '--limit', '1'))[2]).toBe(
      '2 others              102 KB  4.0 KB      6',
    );
  });
});

test('info shows every fact in a line of its own', async () => {
  expect(await shown('info', '/My Drive/Photos/Beach.jpg', '--duplicates')).toEqual([
    'name         Beach.jpg',
    'path         /My Drive/Photos/Beach.jpg',
    'id           beach',
    'type         image/jpeg',
    'size         2.0 MB (2097152 bytes)',
    'quota        2.0 MB (2097152 bytes)',
    'owner        me@example.com',
    'created      2025-05-01 08:00:00',
    'modified     2025-05-02 09:30:00',
    'md5          d41d8cd98f00b204e9800998ecf8427e',
    'copies       /My Drive/Photos/Beach copy.jpg',
    'in the copy  since 2026-01-01 00:00:00, last written 2026-01-01 00:00:00',
  ]);
  const marked = await shown('info', 'old');
  expect(marked).toContain('marks        in the trash');
  expect(await shown('info', 'invoice')).toEqual(
    expect.arrayContaining(['marks        starred', 'events       1']),
  );
});

describe('search', () => {
  test('numbers its results', async () => {
    expect(await shown('search', 'notes')).toEqual([
      '#  NAME          SIZE  MODIFIED          OWNER            WHERE',
      '1  Notes.txt  97.7 KB  2025-08-01 00:00  ann@example.com  /My Drive',
    ]);
  });

  test('prints ids alone', async () => {
    expect((await piped('search', 'type:image', '--ids')).toSorted()).toEqual(['beach', 'beach2']);
  });

  test('says if there are more results', async () => {
    const more = 'More results exist: raise --limit or narrow the search.\n';
    expect((await copy.run(['search', 'type:image'])).stderr).toBe(`${AS_OF}\n`);
    expect((await copy.run(['search', 'type:image', '--limit', '1'])).stderr).toBe(`${more}${AS_OF}\n`);
  });

  test('opens the result with the given number', async () => {
    const browser = join(copy.home, 'browser.sh');
    writeFileSync(browser, '#!/bin/sh\nprintf %s "$1" > "$0.opened"\n', { mode: 0o755 });
    const env = { BROWSER: browser };
    const [, second] = await piped('search', 'type:image', '--ids');
    expect(await copy.run(['search', 'type:image', '--open', '2'], { env })).toMatchObject({ code: 0 });
    expect(readFileSync(`${browser}.opened`, 'utf8')).toBe(`https://drive.google.com/open?id=${second!}`);
    const missing = await copy.run(['search', 'type:image', '--open', '3'], { env });
    expect(missing).toMatchObject({ code: 1 });
    expect(missing.stderr).toContain('there is no result number 3');
  });
});

test('history shows events, the newest last', async () => {
  expect(await shown('history')).toEqual([
    '2026-01-01 00:01:00  renamed   /My Drive/Taxes/Invoice.txt → Invoice 2025.txt',
    '2026-01-01 00:01:00  created   /My Drive/List.txt',
  ]);
  expect(await shown('history', '--limit', '1')).toEqual([
    '2026-01-01 00:01:00  created   /My Drive/List.txt',
  ]);
});

describe('export', () => {
  test('writes a line for each file, and says how many', async () => {
    const { stdout, stderr } = await copy.run(['export']);
    expect(linesOf(stdout)).toHaveLength(8);
    expect(stderr).toBe(`exported 8 files\n${AS_OF}\n`);
  });

  test('leaves the trash out if asked to', async () => {
    const lines = await piped('export', '--no-trashed');
    expect(lines).toHaveLength(7);
    expect(lines.join('\n')).not.toContain('Old notes.txt');
  });

  test('writes CSV to a file; the header is no file', async () => {
    const path = join(copy.home, 'out.csv');
    const { code, stdout, stderr } = await copy.run(['export', '--format', 'csv', '-o', path]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('exported 8 files');
    const lines = linesOf(readFileSync(path, 'utf8'));
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^id,name,/);
  });

  test('never overwrites a file unless forced to, and then in one step', async () => {
    const path = join(copy.home, 'kept.csv');
    writeFileSync(path, 'precious');
    const refused = await copy.run(['export', '-o', path]);
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^gdrive-sync: the file .*kept\.csv exists\nhint: use --force/);
    expect(readFileSync(path, 'utf8')).toBe('precious');
    expect((await copy.run(['export', '-o', path, '--force'])).code).toBe(0);
    expect(linesOf(readFileSync(path, 'utf8'))).toHaveLength(8);
    expect(readdirSync(copy.home).filter((name) => name.startsWith('kept.csv'))).toEqual(['kept.csv']);
    expect(await copy.run(['export', '-o', '/dev/null'])).toMatchObject({ code: 0 });
  });

  test('CSV has the columns of the view `files`, with its values, and the path', async () => {
    const view = await piped('sql', '--csv', 'SELECT files.*, path FROM files JOIN paths USING (id)');
    expect((await piped('export', '--format', 'csv')).toSorted()).toEqual(view.toSorted());
    expect((await piped('export', '--format', 'csv', '--no-paths'))[0]).toMatch(/,changed_at$/);
  });

  test.each([
    ['a folder', '/My Drive/Photos', ['beach', 'beach2']],
    ['a file', '/My Drive/Photos/Beach.jpg', ['beach']],
    ['My Drive', '/My Drive', ['beach', 'beach2', 'invoice', 'list', 'notes', 'old', 'photos', 'taxes']],
    ['a place', '/Shared drives', []],
    ['an id', 'taxes', ['invoice']],
  ])('takes %s', async (_name, target, ids) => {
    const { code, stdout } = await copy.run(['export', target, '--columns', 'id']);
    const found = stdout.split('\n').filter((line) => line !== '');
    expect(code).toBe(0);
    expect(found.map((line) => (JSON.parse(line) as { id: string }).id).toSorted()).toEqual(ids);
  });

  test('has the columns that are named, in their order', async () => {
    const columns = ['--columns', 'path,size,modifiedTime,owners,parents'];
    const [header, row] = await piped('export', 'taxes', '--format', 'csv', ...columns);
    expect(header).toBe('path,size,modifiedTime,owners,parents');
    expect(row).toBe(
      '/My Drive/Taxes/Invoice 2025.txt,1000,2025-07-01T00:00:00.000Z,"[{""emailAddress"":""me@example.com"",""me"":true}]",taxes',
    );
    expect(await piped('export', 'taxes', ...columns)).toEqual([
      '{"path":"/My Drive/Taxes/Invoice 2025.txt","size":"1000","modifiedTime":"2025-07-01T00:00:00.000Z","owners":[{"emailAddress":"me@example.com","me":true}],"parents":["taxes"]}',
    ]);
    expect(await piped('export', 'taxes', '--format', 'csv', '--columns', 'mime_type')).toEqual([
      'mime_type',
      'text/plain',
    ]);
  });

  test.each([
    [['--columns', 'id,nope'], /there is no column "nope"\nhint: the columns are path, id, version, name, /],
    [['--columns', 'mime_type'], /there is no column "mime_type"/],
    [['--format', 'csv', '--columns', ''], /there is no column ""\n.*columns of the view files: id, name/],
  ])('%j is wrong use', async (args, says) => {
    const { code, stdout, stderr } = await copy.run(['export', ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(says);
  });

  test('says so where the file cannot be written', async () => {
    const path = join(copy.home, 'no-folder', 'out.csv');
    const { code, stderr } = await copy.run(['export', '-o', path]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/^gdrive-sync: cannot write to .*no-folder/);
    expect(existsSync(path)).toBe(false);
  });
});

test('sql prints a table, CSV or JSON', async () => {
  const select = 'SELECT name, size FROM files WHERE size > 900 ORDER BY size, name';
  expect(await shown('sql', select)).toEqual([
    'name                   size',
    'Invoice 2025.txt      1,000',
    'Old notes.txt         3,072',
    'Notes.txt            99,999',
    'Beach copy.jpg    2,097,152',
    'Beach.jpg         2,097,152',
  ]);
  expect(await piped('sql', `${select} LIMIT 1`)).toEqual(['Invoice 2025.txt\t1000']);
  expect(await piped('sql', '--csv', `${select} LIMIT 1`)).toEqual(['name,size', 'Invoice 2025.txt,1000']);
  expect(await piped('--json', 'sql', `${select} LIMIT 1`)).toEqual([
    '{"name":"Invoice 2025.txt","size":1000}',
  ]);
});

describe('sql reads its statement', () => {
  const COUNT = 'SELECT count(*) AS n FROM files;\n';

  test.each([
    ['from a pipe', ['sql']],
    ['from stdin if asked to', ['sql', '-']],
  ])('%s', async (_name, args) => {
    expect(await copy.run(['--json', ...args], { typed: COUNT })).toMatchObject({
      code: 0,
      stdout: '{"n":8}\n',
    });
  });

  test('from a file', async () => {
    const path = join(copy.home, 'count.sql');
    writeFileSync(path, `-- a comment\n${COUNT}`);
    expect((await copy.run(['--json', 'sql', '--file', path])).stdout).toBe('{"n":8}\n');
    const { code, stderr } = await copy.run(['sql', '--file', join(copy.home, 'none.sql')]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/^gdrive-sync: cannot read .*none\.sql/);
    expect(await copy.run(['sql', 'SELECT 1', '--file', path])).toMatchObject({ code: 2, stdout: '' });
  });

  test('and describes the views if there is none', async () => {
    for (const terminal of [TERMINAL, {}, { typed: '\n' }])
      expect((await copy.run(['sql'], terminal)).stdout).toMatch(/^# The store/);
  });
});

test.each([
  ['SELECT 1; SELECT 2', 'sql runs one statement, and there are several'],
  ['SELECT 1; DROP TABLE files', 'sql runs one statement, and there are several'],
  ['/* nothing */', 'there is no SQL statement to run'],
  ['drop table files', 'only read-only statements are allowed'],
  ['DROP VIEW files', 'only read-only statements are allowed'],
  ["INSERT INTO files (id) VALUES ('x')", 'only read-only statements are allowed'],
  ['PRAGMA user_version = 5', 'only read-only statements are allowed'],
  ["/* why */ VACUUM INTO '/tmp/x.db'", 'only read-only statements are allowed'],
  ["ATTACH 'x.db' AS x", 'only read-only statements are allowed'],
  ['WITH x AS (SELECT 1) DELETE FROM files', 'only read-only statements are allowed'],
  ['WITH x AS (SELECT 1) DELETE FROM file', 'only read-only statements are allowed'],
  ['CREATE TABLE mine (x)', 'only read-only statements are allowed'],
  ['hello there', 'SQLite says: near "hello": syntax error'],
])('%s is refused: %s', async (statement, says) => {
  const { code, stdout, stderr } = await copy.run(['sql', statement]);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(/^gdrive-sync: .*\nhint: .*\n$/);
  expect(stderr).toContain(`gdrive-sync: ${says}\n`);
  expect(stderr).not.toContain('DROP VIEW to');
});

test('-q leaves the result alone, -v adds the stack of what nobody expected', async () => {
  expect((await copy.run(['-q', 'ls', '/My Drive/Taxes'])).stderr).toBe('');
  const broken = { env: { GDRIVE_SYNC_HOME: '/dev/null/x' } };
  const { code, stderr } = await copy.run(['-v', 'ls'], broken);
  expect(code).toBe(1);
  expect(stderr).toMatch(/^gdrive-sync: the home folder .* cannot be used: .*\nhint: .*\n.*\n +at /s);
  expect((await copy.run(['ls'], broken)).stderr).not.toMatch(/\n +at /);
});

test('without arguments the commands are listed, and how things stand', async () => {
  const { code, stdout } = await copy.run([], TERMINAL);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^Usage: gdrive-sync .*Start:.*Ask:.*Keep current:.*Jobs:/s);
});

test('the line about a mistake names the option, and help is no mistake', async () => {
  expect(await copy.run(['du', '--by', 'color'])).toEqual({
    code: 2,
    stdout: '',
    stderr:
      'gdrive-sync: --by takes folder, type, owner, drive, age, not "color"\nhint: for example --by folder\n',
  });
  expect((await copy.run(['search', '--limit', '0'])).code).toBe(2);
  expect(await copy.run(['lz'])).toEqual({
    code: 2,
    stdout: '',
    stderr: "gdrive-sync: unknown command 'lz'\nhint: Did you mean ls?\n",
  });
  expect((await copy.run(['du', '--help'])).code).toBe(0);
});
