/** What programs read: the fields of each answer are pinned here and named in docs/cli-json.md. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSmallCopy, type SmallCopy } from '../support/small-copy';
import { openTextCopy } from '../support/text-copy';

const PAGE = readFileSync(join(__dirname, '..', '..', 'docs', 'cli-json.md'), 'utf8');
const ITEM = ['id', 'mimeType', 'modifiedTime', 'name', 'ownerEmail', 'path', 'size', 'trashed', 'type'];
const AS_OF = ['currentAt', 'indexed', 'partial', 'walkUnfinished'];

let copy: SmallCopy;

beforeAll(() => {
  copy = openSmallCopy();
});
afterAll(() => copy.close());

type Json = Record<string, unknown>;

async function answers(...args: string[]): Promise<Json[]> {
  return await answersOf(copy, ...args);
}

async function answersOf({ run }: Pick<SmallCopy, 'run'>, ...args: string[]): Promise<Json[]> {
  const { code, stdout } = await run(['--json', ...args]);
  expect(code).toBe(0);
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Json);
}

function expectFields(answer: unknown, fields: readonly string[]): void {
  expect(Object.keys(answer as Json).toSorted()).toEqual(fields.toSorted());
  for (const field of fields) expect(PAGE).toContain(`\`${field}\``);
}

test('search and ls print an item a line', async () => {
  const [hit] = await answers('search', 'notes');
  expectFields(hit, [...ITEM, 'match']);
  const listed = await answers('ls', '/My Drive/Photos');
  expect(listed).toHaveLength(2);
  expectFields(listed[0], ITEM);
  expectFields((await answers('ls'))[0], ['id', 'name', 'type']);
});

test('info prints one object', async () => {
  const [info] = await answers('info', 'beach', '--duplicates');
  expectFields(info, ['asOf', 'changedAt', 'copies', 'events', 'file', 'firstSeenAt', 'paths', 'source']);
  expectFields(info!['asOf'], AS_OF);
  expect(info!['file']).toMatchObject({ id: 'beach', size: '2097152', parents: ['photos'] });
});

test('search, cat and info print what is known of a text', async () => {
  const texts = openTextCopy();
  try {
    const [hit] = await answersOf(texts, 'search', 'haystack', 'type:pdf');
    expectFields(hit, [...ITEM, 'match', 'place', 'snippet']);
    const [cat] = await answersOf(texts, 'cat', 'report');
    expectFields(cat, ['chars', 'id', 'kind', 'marks', 'path', 'text', 'truncated']);
    expectFields((cat!['marks'] as Json[])[0], ['at', 'label']);
    const [done] = await answersOf(texts, 'info', 'report');
    expectFields(done!['text'], ['chars', 'kind', 'state', 'truncated']);
    const [scan] = await answersOf(texts, 'info', 'scan');
    expectFields(scan!['text'], ['reason', 'state']);
  } finally {
    texts.close();
  }
});

test('du prints its sums', async () => {
  const [du] = await answers('du', '--by', 'type');
  expectFields(du, ['asOf', 'by', 'quota', 'rows', 'target', 'total', 'trashed']);
  expectFields(du!['quota'], ['at', 'limit', 'usage', 'usageInDrive', 'usageInTrash']);
  const [row] = du!['rows'] as Json[];
  expectFields(row, ['bytes', 'files', 'key', 'ownBytes']);
  expect(row).toEqual({ key: 'image/jpeg', bytes: 4_194_304, ownBytes: 4_194_304, files: 2 });
});

test('history prints an event a line', async () => {
  const [renamed] = await answers('history');
  const fields = 'at changes id inherited kind mimeType name number path source';
  expectFields(renamed, fields.split(' '));
  expect(renamed).toMatchObject({ kind: 'renamed', changes: { name: ['Invoice.txt', 'Invoice 2025.txt'] } });
});

test('status prints jobs and accounts', async () => {
  const [status] = await answers('status');
  expectFields(status, ['accounts', 'jobs']);
  expect((status!['jobs'] as Json[])[0]).toMatchObject({ jobId: 'job-1', account: 'default', attempt: 1 });
  for (const field of Object.keys((status!['jobs'] as Json[])[0]!)) expect(PAGE).toContain(`\`${field}\``);
  for (const field of Object.keys((status!['accounts'] as Json[])[0]!))
    expect(PAGE).toContain(`\`${field}\``);
});

test('sql prints an object a line, and integers that JavaScript would round as text', async () => {
  expect(await answers('sql', 'SELECT 9007199254740993 AS big, 1 AS one, NULL AS none')).toEqual([
    { big: '9007199254740993', one: 1, none: null },
  ]);
});
