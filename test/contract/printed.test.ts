/** What people see of a copy, on a terminal of 80 columns and in a pipe, word by word. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AS_OF, linesOf, TERMINAL, usePrintedCopy } from '../support/printed-copy';

const copy = usePrintedCopy();
const { shown, piped } = copy;

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

  test.each([
    ['size', ['Notes.txt', 'List.txt', 'Photos/', 'Taxes/']],
    ['modified', ['Notes.txt', 'Taxes/', 'Photos/', 'List.txt']],
    ['name', ['List.txt', 'Notes.txt', 'Photos/', 'Taxes/']],
  ])('sorts by %s', async (order, names) => {
    const lines = await piped('ls', 'My Drive', '--sort', order);
    expect(lines.map((line) => line.split('\t')[0])).toEqual(names);
  });

  test('shows ids and links; a pipe gets nothing else', async () => {
    const links = ['https://drive.google.com/open?id=beach2', 'https://drive.google.com/open?id=beach'];
    expect(await piped('ls', 'my drive/photos', '--ids')).toEqual(['beach2', 'beach']);
    expect(await piped('ls', 'Photos', '--links')).toEqual(links);
    expect(await piped('ls', '--ids')).toEqual(['root']);
    expect(await piped('ls', 'Photos', '--ids', '--links')).toEqual([
      `beach2\t${links[0]!}`,
      `beach\t${links[1]!}`,
    ]);
    expect(await shown('ls', 'Photos', '--ids')).toEqual([
      'NAME              SIZE  MODIFIED          OWNER           ID',
      'Beach copy.jpg  2.0 MB  2025-06-02 09:30  me@example.com  beach2',
      'Beach.jpg       2.0 MB  2025-05-02 09:30  me@example.com  beach',
    ]);
    expect(await shown('ls', 'Photos', '--links')).toEqual([
      'NAME              SIZE  LINK',
      'Beach copy.jpg  2.0 MB  https://drive.google.com/open?id=beach2',
      'Beach.jpg       2.0 MB  https://drive.google.com/open?id=beach',
    ]);
  });

  test('lists everything below with sizes and times', async () => {
    expect(await shown('ls', '-R', '-l', '/My Drive/Photos')).toEqual([
      '  2.0 MB  2025-05-02 09:30  /My Drive/Photos/Beach.jpg',
      '  2.0 MB  2025-06-02 09:30  /My Drive/Photos/Beach copy.jpg',
    ]);
    expect((await piped('ls', '-Rl'))[1]).toMatch(/^\/My Drive\/[^\t]+\t\d*\t2\d{3}-[^\t]+Z\t[^\t]+\t\w+$/);
  });

  test('takes -l, --long for what it does anyway', async () => {
    expect(await piped('ls', '-l', 'Photos')).toEqual(await piped('ls', 'Photos'));
  });

  test.each([
    [['ls', '/Trash'], 1, 'the trash is not a folder of the copy', '`gdrive-sync search is:trashed` finds'],
    [['ls', 'bin'], 1, 'there is no "bin" in /My Drive', '`gdrive-sync search is:trashed` finds'],
    [['ls', '-R', '--sort', 'size'], 2, '--sort does not work with --recursive', 'search in:<folder>'],
    [['ls', '-R', '--ids'], 2, '--ids does not work with --recursive', 'search in:<folder>'],
    [['ls', '--sort', 'age'], 2, '--sort takes size, modified, name, not "age"', '--sort size'],
  ])('%j is refused', async (args, code, says, hint) => {
    const outcome = await copy.run(args);
    expect(outcome).toMatchObject({ code, stdout: '' });
    expect(outcome.stderr).toContain(`gdrive-sync: ${says}\nhint: `);
    expect(outcome.stderr).toContain(hint);
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
  expect(facts).toContain('last path    /My Drive/Taxes/Draft.txt');
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
    'size         2.0 MB (2,097,152 bytes)',
    'quota        2.0 MB (2,097,152 bytes)',
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

  test.each([
    ['size', 'type:text/plain', ['Notes.txt', 'Invoice 2025.txt', 'List.txt']],
    ['modified', 'type:text/plain', ['Notes.txt', 'Invoice 2025.txt', 'List.txt']],
    ['name', 'type:text/plain', ['Invoice 2025.txt', 'List.txt', 'Notes.txt']],
    ['name', '*.jpg', ['Beach copy.jpg', 'Beach.jpg']],
    ['size', 'o', ['Beach copy.jpg', 'Notes.txt', 'Invoice 2025.txt', 'Photos']],
    ['modified', '-txt', ['Beach copy.jpg', 'Beach.jpg', 'Taxes', 'Photos']],
  ])('sorts by %s: %s', async (order, words, names) => {
    const lines = await piped('search', words, '--sort', order);
    expect(lines.map((line) => line.split('\t')[1])).toEqual(names);
  });

  test('a folder may be named without its first slash', async () => {
    const all = ['invoice'];
    for (const filter of ['in:/My Drive/Taxes', 'in:My Drive/Taxes', 'in:taxes', 'in:"My Drive/Taxes"'])
      expect([filter, await piped('search', filter, '--ids')]).toEqual([filter, all]);
    expect(await piped('search', '*.txt', '-in:My Drive/Taxes', '--ids')).toEqual(['notes', 'list']);
    expect(await piped('info', 'My Drive/Taxes')).toEqual(await piped('info', '/My Drive/Taxes'));
    expect(await piped('du', 'My Drive/Taxes')).toEqual(await piped('du', '/My Drive/Taxes'));
  });

  test('refuses a filter that does not exist', async () => {
    expect(await copy.run(['search', 'tpye:pdf'])).toMatchObject({
      code: 2,
      stdout: '',
      stderr: `gdrive-sync: there is no filter "tpye:"
hint: did you mean type:? quote it to search for the text: '"tpye:pdf"'
`,
    });
  });

  test('shows ids and links on a terminal', async () => {
    expect(await shown('search', 'invoice', '--ids')).toEqual([
      '#  NAME                SIZE  MODIFIED          OWNER           ID',
      '1  Invoice 2025.txt  1000 B  2025-07-01 00:00  me@example.com  invoice',
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
  expect(stdout).toMatch(/Start: .*Ask: .*Keep current: .*Jobs: .*\n\n\S+: "default" stopped, as of .*\n$/s);
  expect(stdout.split('\n').length).toBeLessThan(20);
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
