/** Search, cat and info on a copy that keeps texts. */
import Database from 'better-sqlite3';
import { openTextCopy, type TextCopy } from '../support/text-copy';

let copy: TextCopy;

beforeAll(() => {
  copy = openTextCopy();
});
afterAll(() => copy.close());

type Json = Record<string, unknown>;

async function hits(...query: string[]): Promise<Json[]> {
  const { code, stdout, stderr } = await copy.run(['--json', 'search', ...query]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.not.stringContaining('hint:') });
  return stdout
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Json);
}

async function found(...query: string[]): Promise<string[]> {
  return (await hits(...query)).map(({ id }) => String(id));
}

test('names come first, then texts; a file found by both comes once, and removed files never', async () => {
  const all = await hits('needle');
  expect(all.map(({ id, match }) => [id, match])).toEqual([
    ['list', 'prefix'],
    ['only-name', 'prefix'],
    ['letter', 'content'],
    ['report', 'content'],
    ['twin', 'content'],
  ]);
  expect(all[0]).toMatchObject({ snippet: 'a list of what the needle sews' });
  expect(all[1]).not.toHaveProperty('snippet');
  expect(all[3]).toMatchObject({
    place: 'p. 3',
    snippet: expect.stringContaining('In it, a needle.\ufffd And'),
  });
});

test.each<[query: string[], ids: string[]]>([
  [['haystack'], ['report', 'twin', 'letter']],
  [['haystack', 'owner:ann'], ['twin']],
  [['haystack', 'type:pdf', 'in:docs'], ['report']],
  [
    ['haystack', '-needles'],
    ['report', 'twin'],
  ],
  [['-sews', 'needle', 'name:needle'], ['only-name']],
  [['content:needle'], ['report', 'twin', 'list', 'letter']],
  [['content:"needle"'], ['report', 'twin', 'list']],
  [['content:a needle'], ['report', 'twin']],
  [['list', 'content:sews'], ['list']],
  [
    ['needle', '-content:sews'],
    ['only-name', 'report', 'twin', 'letter'],
  ],
  [
    ['has:text', 'type:pdf'],
    ['report', 'twin'],
  ],
  [
    ['-has:text', 'type:pdf'],
    ['scan', 'broken'],
  ],
  [['name:twin', 'haystack'], []],
  [['name:same', 'haystack'], ['twin']],
  [
    ['*.pdf', 'haystack'],
    ['report', 'twin'],
  ],
  [['etude'], ['budget']],
  [['京都'], ['tokyo']],
  [['nothinglikeit'], []],
  [
    ['needle', '--sort', 'name'],
    ['report', 'letter', 'list', 'only-name', 'twin'],
  ],
  [['haystack', '--limit', '1'], ['letter']],
])('search %j finds %j', async (query, ids) => {
  expect((await found(...query)).toSorted()).toEqual(ids.toSorted());
});

test('an order sorts names and texts together', async () => {
  expect(await found('needle', '--sort', 'modified')).toEqual([
    'report',
    'twin',
    'letter',
    'list',
    'only-name',
  ]);
});

test('a terminal shows the place and the words below the file, and a pipe in fields', async () => {
  const terminal = await copy.run(['search', 'needle', 'type:pdf'], { columns: 100 });
  expect(terminal.stdout.split('\n').slice(1, 3)).toEqual([
    expect.stringMatching(/^1 {2}Annual report\.pdf .*\/My Drive\/Docs$/),
    expect.stringContaining('   p. 3: '),
  ]);
  expect(terminal.stdout).toContain('a \u001B[1mneedle\u001B[22m.\ufffd And');
  const pipe = await copy.run(['search', 'needle']);
  const fields = pipe.stdout
    .trimEnd()
    .split('\n')
    .map((line) => line.split('\t'));
  expect(fields.map((each) => [each[1], each[6]])).toEqual([
    ['needle list.txt', ''],
    ['needlework.jpg', ''],
    ['letter.txt', ''],
    ['Annual report.pdf', 'p. 3'],
    ['Same content.pdf', 'p. 3'],
  ]);
  expect(fields.map((each) => each.length)).toEqual([8, 8, 8, 8, 8]);
});

test.each([
  [['content:"--"'], 'there is no word in "content:--"'],
  [['has:ocr'], 'there is no filter has:ocr'],
  [['contents:x'], 'there is no filter "contents:"'],
])('search %j is refused', async (query, message) => {
  expect(await copy.run(['search', ...query])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(message),
  });
});

test('cat prints the text as it is, and a terminal gets nothing that it would interpret', async () => {
  const { code, stdout } = await copy.run(['cat', 'report']);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'The budget of the year.\nMany a haystack.\n\nIn it, a needle.\u202e And more.\n',
  });
  const { stdout: shown } = await copy.run(['cat', 'report'], { columns: 80 });
  expect(shown).toContain('a needle.\ufffd And');
});

test.each([
  ['report', '3', 'In it, a needle.\u202e And more.\n'],
  ['report', 'P. 1', 'The budget of the year.\nMany a haystack.\n\n'],
  ['budget', '2', 'last quarter Étude\n'],
  ['budget', 'sheet Q1', 'first\n'],
])('cat %s --page %s prints that part', async (id, part, text) => {
  expect(await copy.run(['cat', id, '--page', part])).toMatchObject({ code: 0, stdout: text });
});

test('cat says that a text is cut, and prints an object for programs', async () => {
  expect((await copy.run(['cat', 'letter'])).stderr).toContain('the first 153 characters are kept');
  const { stdout } = await copy.run(['--json', 'cat', '/My Drive/Budget.xlsx']);
  expect(JSON.parse(stdout)).toEqual({
    id: 'budget',
    path: '/My Drive/Budget.xlsx',
    kind: 'text',
    chars: 24,
    truncated: false,
    marks: [
      { at: 0, label: 'sheet Q1' },
      { at: 6, label: 'sheet Q3' },
    ],
    text: 'first\nlast quarter Étude',
  });
});

test.each([
  [['report', '--page', '2'], 'the text has no place "2"', '"p. 1", "p. 3"'],
  [['letter', '--page', '2'], 'the text has no place "2"', 'without --page'],
  [['docs'], '"Docs" is a folder', 'gdrive-sync ls'],
  [['scan'], 'its pages are pictures without text', '--drive'],
  [['broken'], 'it is damaged', 'gdrive-sync content retry broken'],
  [['later'], 'has not been fetched yet', 'gdrive-sync sync'],
  [['only-name'], 'files of its type have no text that can be read', 'gdrive-sync content status --reasons'],
])('cat %j says why there is no text', async (args, why, hint) => {
  const { code, stdout, stderr } = await copy.run(['cat', ...args]);
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
  expect(stderr).toContain(why);
  expect(stderr).toContain(hint);
});

test.each([
  ['report', '69 characters', { state: 'done', kind: 'text', chars: 69, truncated: false }],
  ['scan', 'not readable: its pages are pictures without text', { state: 'needs-ocr', reason: 'scanned' }],
  ['trash', 'not kept: it is in the trash', { state: 'skipped', reason: 'trashed' }],
  ['later', 'not fetched yet', { state: 'due' }],
])('info %s shows the state of the text', async (id, line, text) => {
  expect((await copy.run(['info', id])).stdout).toContain(`text         ${line}\n`);
  expect(JSON.parse((await copy.run(['--json', 'info', id])).stdout)).toMatchObject({ text });
});

test('without texts, search looks at names, and says so where a filter needs texts', async () => {
  const bare = openTextCopy({ texts: false });
  try {
    const search = await bare.run(['search', 'needle']);
    expect(search.stdout.split('\n').map((line) => line.split('\t')[1])).toEqual([
      'needle list.txt',
      'needlework.jpg',
      undefined,
    ]);
    expect(search.stderr).not.toContain('content on');
    const { stdout, stderr } = await bare.run(['search', 'content:needle']);
    expect(stdout).toBe('');
    expect(stderr).toContain('gdrive-sync content on --text');
    expect((await bare.run(['cat', 'letter'])).stderr).toContain('no texts are kept');
    expect(JSON.parse((await bare.run(['--json', 'info', 'letter'])).stdout)).not.toHaveProperty('text');
  } finally {
    bare.close();
  }
});

test('the texts of another copy, and of another version, are not searched', async () => {
  const other = openTextCopy();
  try {
    change(other, "UPDATE content_store SET store_id = 'other'");
    const { stdout, stderr } = await other.run(['search', 'haystack']);
    expect({ stdout, stderr }).toEqual({
      stdout: '',
      stderr: expect.stringContaining('belong to another copy'),
    });
    expect((await other.run(['cat', 'letter'])).stderr).toContain('gdrive-sync content rebuild');
    change(other, 'PRAGMA user_version = 99');
    expect(await other.run(['search', 'haystack'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('upgrade gdrive-sync'),
    });
    change(other, 'PRAGMA user_version = 0');
    expect((await other.run(['search', 'haystack'])).stderr).toContain('brings them up to date');
  } finally {
    other.close();
  }
});

function change({ paths }: TextCopy, sql: string): void {
  const db = new Database(paths.content);
  db.exec(sql);
  db.close();
}
