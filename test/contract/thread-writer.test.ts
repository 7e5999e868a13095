import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import Database from 'better-sqlite3';
import { UserError } from '../../src/errors';
import { SyncFailure } from '../../src/model/failure';
import { USER_SOURCE } from '../../src/model/job';
import type { StoreWriter } from '../../src/writer/store-writer';
import { createThreadWriter } from '../../src/writer/thread-writer';
import { waitFor } from '../support/cli';
import { OPENED_AT, openTestStore, page, type TestStore } from '../support/stores';

const DAY = 86_400_000;
const BUILT = join(__dirname, '../../dist/writer');
const SCRIPT = join(BUILT, 'writer-thread.js');

const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-thread-'));
let files = 0;
const newPath = (suffix: string) => join(folder, `${String(++files)}${suffix}`);

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** The JSON of a page, a day between two files. */
function json(
  names: readonly string[],
  { nextPageToken, day = 1 }: { nextPageToken?: string; day?: number },
) {
  const listed = names.map((name, at) => ({
    id: `id of ${name}`,
    name,
    version: '1',
    modifiedTime: new Date(OPENED_AT - (day + at) * DAY).toISOString(),
  }));
  return JSON.stringify({ kind: 'drive#fileList', files: listed, nextPageToken });
}

type PageOf = Parameters<typeof json>[1];

const body = (names: readonly string[], more: PageOf = {}) => ({
  bytes: gzipSync(json(names, more)),
  gzip: true,
});

describe('with a store', () => {
  let path: string;
  let box: TestStore;
  let writer: StoreWriter;

  beforeEach(() => {
    path = newPath('.sqlite');
    box = openTestStore(path);
    writer = createThreadWriter(path, SCRIPT);
  });

  afterEach(async () => {
    await writer.close();
    box.store.close();
  });

  const names = () => box.rows('SELECT name FROM file ORDER BY name').map(({ name }) => name);

  test('a page goes in as bytes and comes out as its commit', async () => {
    const { fence } = box.claim(0);
    await expect(writer.commitPage(fence, body(['a', 'b'], { nextPageToken: 't1' }))).resolves.toMatchObject({
      files: 2,
      result: { kind: 'committed', next: { fence: { page: 1 }, position: { pageToken: 't1' } } },
    });
    expect(names()).toEqual(['a', 'b']);
  });

  test('where a listing goes on is told before its page is committed', async () => {
    const { fence } = box.claim(0);
    const told: unknown[] = [];
    const commit = writer
      .commitPage(fence, body(['a'], { nextPageToken: 't1' }), (ahead) => told.push(ahead))
      .then(({ result }) => told.push(result.kind));
    await commit;
    expect(told).toEqual(['t1', 'committed']);
  });

  test('nothing is ahead of the last page', async () => {
    const { fence } = box.claim(0);
    const told: unknown[] = [];
    await writer.commitPage(fence, body(['a']), (ahead) => told.push(ahead));
    expect(told).toEqual([undefined]);
  });

  test('nothing is ahead where another lane has taken what comes', async () => {
    const { fence } = box.claim(0);
    box.commit(page(box.claim(1).fence));
    await writer.commitPage(fence, body(['a', 'b'], { nextPageToken: 't1' }));
    const thief = await writer.claim({ sourceId: USER_SOURCE, epoch: box.epoch, lane: 1 });
    expect(thief).toMatchObject({ kind: 'claimed' });
    const told: unknown[] = [];
    const commit = async (at: number, day: number) => {
      const below = body(['old', 'older'], { nextPageToken: `t${String(at + 1)}`, day });
      return await writer.commitPage({ ...fence, page: at }, below, (ahead) => told.push(ahead));
    };
    // A page that lies below as a whole may be out of its place; the next one shows that it was not.
    await commit(1, 7_000);
    const { result } = await commit(2, 7_002);
    expect(told).toEqual(['t2', undefined]);
    expect(result).toMatchObject({ kind: 'committed', next: undefined });
  });

  test('a large write-ahead log is copied into the store while the writer goes on', async () => {
    const { fence } = box.claim(0);
    const MB = 1024 * 1024;
    const large = (at: number) => {
      const file = { id: `large ${String(at)}`, modifiedTime: '2025-06-01T00:00:00Z' };
      const listed = [{ ...file, description: 'x'.repeat(8 * MB) }];
      const text = JSON.stringify({ files: listed, nextPageToken: `t${String(at)}` });
      return { bytes: gzipSync(text), gzip: true };
    };
    for (let at = 0; at < 26; at++) await writer.commitPage({ ...fence, page: at }, large(at));
    await waitFor('a store that has grown', () => statSync(path).size > 180 * MB);
    expect(box.rows('SELECT id FROM file')).toHaveLength(26);
  });

  test('a body that is no page is malformed and harms no neighbor', async () => {
    const first = box.claim(0).fence;
    const second = box.claim(1).fence;
    const cut = { bytes: gzipSync('{"files":[').subarray(0, 15), gzip: true };
    const [bad, good] = await Promise.allSettled([
      writer.commitPage(first, cut),
      writer.commitPage(second, body(['good'])),
    ]);
    const { reason } = bad as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(SyncFailure);
    expect(reason).toMatchObject({ kind: 'malformed', message: expect.stringContaining('valid gzip') });
    expect(good).toMatchObject({ value: { result: { kind: 'committed' } } });
    expect(names()).toEqual(['good']);
  });

  test("an error of SQLite's keeps its code, and the writer works on", async () => {
    await expect(writer.recordJob({ jobId: 'j', attempt: 1, requestedAt: 0.5 })).rejects.toMatchObject({
      code: 'SQLITE_CONSTRAINT_DATATYPE',
    });
    await expect(writer.settings()).resolves.toMatchObject({ drives: 'all' });
  });

  test('pages are committed in order, and so are other calls', async () => {
    const { fence } = box.claim(0);
    const answered: string[] = [];
    const note = (name: string) => () => answered.push(name);
    const numbers = Array.from({ length: 12 }, (_, number) => number);
    const calls = numbers.flatMap((at) => {
      const next = body([`f${String(at)}`], { nextPageToken: `t${String(at)}`, day: at + 1 });
      return [
        writer.commitPage({ ...fence, page: at }, next).then(note(`page ${String(at)}`)),
        writer.noteUnits(at).then(note(`units ${String(at)}`)),
      ];
    });
    await Promise.all(calls);
    const answeredOf = (kind: string) => answered.filter((name) => name.startsWith(kind));
    expect(answeredOf('page')).toEqual(numbers.map((at) => `page ${String(at)}`));
    expect(answeredOf('units')).toEqual(numbers.map((at) => `units ${String(at)}`));
    expect(names()).toHaveLength(numbers.length);
    expect(box.row('SELECT units FROM job')).toEqual({ units: 66 });
  });

  test('bytes that share their memory are copied, not torn away from their neighbors', async () => {
    const { fence } = box.claim(0);
    const text = Buffer.from(json(['a'], {}));
    const memory = Buffer.alloc(text.length + 20, '#');
    text.copy(memory, 10);
    const bytes = memory.subarray(10, 10 + text.length);
    await expect(writer.commitPage(fence, { bytes, gzip: false })).resolves.toMatchObject({ files: 1 });
    expect(memory.toString()).toBe(`${'#'.repeat(10)}${text.toString()}${'#'.repeat(10)}`);
    expect(names()).toEqual(['a']);
  });

  test('bytes that own their memory are handed over', async () => {
    const { fence } = box.claim(0);
    const bytes = new Uint8Array(new TextEncoder().encode(json(['a'], {})));
    await writer.commitPage(fence, { bytes, gzip: false });
    expect(bytes.byteLength).toBe(0);
    expect(names()).toEqual(['a']);
  });

  test('closing carries out what was asked before, and can be done again', async () => {
    const { fence } = box.claim(0);
    const commit = writer.commitPage(fence, body(['a']));
    await writer.close();
    await expect(commit).resolves.toMatchObject({ result: { kind: 'committed' } });
    expect(names()).toEqual(['a']);
    await expect(writer.close()).resolves.toBeUndefined();
  });
});

test('closing a writer that was never asked for anything is fine', async () => {
  await expect(createThreadWriter(newPath('.sqlite'), SCRIPT).close()).resolves.toBeUndefined();
});

/** A SQLite file that is none of ours. */
function foreignStore(path: string): void {
  const db = new Database(path);
  db.exec('CREATE TABLE recipe (name TEXT)');
  db.close();
}

test.each([
  { name: "another program's database", occupy: foreignStore, message: /another program/, hint: /--account/ },
  {
    name: 'a text',
    occupy: (path: string) => writeFileSync(path, 'no database '.repeat(1_000)),
    message: /is damaged/,
    hint: /move the file away/,
  },
])('in place of $name a store cannot be opened until it is out of the way', async (given) => {
  const path = newPath('.sqlite');
  given.occupy(path);
  const writer = createThreadWriter(path, SCRIPT);
  const refused: unknown = await writer.settings().catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(UserError);
  expect(refused).toMatchObject({
    message: expect.stringMatching(given.message),
    hint: expect.stringMatching(given.hint),
    exitCode: 1,
  });
  for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
  await expect(writer.bindIdentity({ permissionId: 'me', emailAddress: 'me@x.org' })).resolves.toMatchObject({
    permissionId: 'me',
  });
  await writer.close();
});

test('a writer whose store could not be opened can be closed', async () => {
  const path = newPath('.sqlite');
  foreignStore(path);
  const writer = createThreadWriter(path, SCRIPT);
  await expect(writer.settings()).rejects.toBeInstanceOf(UserError);
  await expect(writer.close()).resolves.toBeUndefined();
});

/** A thread that answers calls with its own id; `onCall` is what it does before. */
function scripted(onCall: string): StoreWriter {
  const script = newPath('.js');
  const text = `
    const { parentPort, threadId } = require('node:worker_threads');
    let calls = 0;
    parentPort.on('message', ({ id, method }) => {
      calls += 1;
      ${onCall}
      parentPort.postMessage({ id, kind: 'done', value: threadId });
      if (method === 'close') parentPort.close();
    });`;
  writeFileSync(script, text);
  return createThreadWriter(newPath('.sqlite'), script);
}

describe('a thread that', () => {
  test.each([
    { name: 'ends', dies: 'process.exit(0)', message: /thread has ended/ },
    { name: 'throws', dies: "throw new Error('out of order')", message: /out of order/ },
  ])('$name fails all that it was asked for, and the next call starts another', async ({ dies, message }) => {
    const writer = scripted(`if (calls === 2 && method !== 'close') ${dies};`);
    const first: unknown = await writer.settings();
    const lost = await Promise.allSettled([writer.settings(), writer.settings()]);
    const failure = { status: 'rejected', reason: { message: expect.stringMatching(message) } };
    expect(lost).toMatchObject([failure, failure]);
    const next: unknown = await writer.settings();
    expect(next).toEqual(expect.any(Number));
    expect(next).not.toBe(first);
    await writer.close();
  });

  test('fails with an error of the sync keeps its kind and how long to wait', async () => {
    const failure = "{ kind: 'rate-limited', retryAfterMs: 2500 }";
    const failed = `{ id, kind: 'failed', error: { message: 'slower', failure: ${failure} } }`;
    const writer = scripted(`if (calls === 1) return parentPort.postMessage(${failed});`);
    const error: unknown = await writer.settings().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(SyncFailure);
    expect(error).toMatchObject({ message: 'slower', kind: 'rate-limited', retryAfterMs: 2_500 });
    await writer.close();
  });
});

/** Runs a script that has a writer; resolves when nothing keeps its process alive any more. */
async function run(script: string): Promise<string> {
  const made = `
    const { createThreadWriter } = require(${JSON.stringify(join(BUILT, 'thread-writer.js'))});
    const writer = createThreadWriter(${JSON.stringify(newPath('.sqlite'))});`;
  const { stdout } = await promisify(execFile)(process.execPath, ['-e', made + script], {
    timeout: 20_000,
  });
  return stdout;
}

const FENCE = '{ partition: 1, lease: 1, page: 0 }';
const EMPTY_PAGE = `{ bytes: Buffer.from('{"files":[]}'), gzip: false }`;

describe('a process', () => {
  test.each([
    { name: 'whose writer was closed', script: 'writer.settings().then(() => writer.close())' },
    { name: 'whose writer is idle', script: 'writer.settings()' },
    { name: 'whose writer has decoded a page', script: `writer.commitPage(${FENCE}, ${EMPTY_PAGE})` },
    { name: 'whose writer has failed', script: 'writer.recordJob({ jobId: 0.5 }).catch(() => undefined)' },
  ])('$name ends', async ({ script }) => {
    await expect(run(script)).resolves.toBe('');
  });

  test('whose writer is at work lives until it is done', async () => {
    await expect(run("writer.settings().then(({ drives }) => console.log(drives, 'drives'))")).resolves.toBe(
      'all drives\n',
    );
  });
});
