/** What `history`, `export` and `sql` print of a copy, on a terminal of 80 columns and in a pipe. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AS_OF, linesOf, TERMINAL, usePrintedCopy } from '../support/printed-copy';

const copy = usePrintedCopy();
const { shown, piped } = copy;

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
