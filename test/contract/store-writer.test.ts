import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { RawBody } from '../../src/drive/wire/json';
import { openForWriting } from '../../src/store/sqlite/open';
import { localDecoder, type Decoder } from '../../src/writer/decoder';
import { createStoreWriter, type StoreWriter } from '../../src/writer/store-writer';
import { openTestStore, type TestStore } from '../support/stores';

let box: TestStore;
let writer: StoreWriter;

beforeEach(() => {
  box = openTestStore(':memory:');
  box.db.exec(`CREATE TRIGGER refuse_poison BEFORE INSERT ON file WHEN new.name = 'poison'
    BEGIN SELECT RAISE(ABORT, 'poisoned row'); END`);
  writer = createStoreWriter(box.store);
});

afterEach(async () => {
  await writer.close();
});

function body(names: readonly string[], nextPageToken?: string): RawBody {
  const files = names.map((name) => ({ id: `id of ${name}`, name, version: '1' }));
  const json = JSON.stringify({ kind: 'drive#fileList', files, nextPageToken });
  return { bytes: gzipSync(json), gzip: true };
}

const names = () => box.rows('SELECT name FROM file ORDER BY name').map(({ name }) => name);
const checkpoints = () => box.rows('SELECT page, page_token FROM partition ORDER BY pk');

test('a page goes in as bytes and comes out as its commit', async () => {
  const { fence } = box.claim(0);
  await expect(writer.commitPage(fence, body(['a', 'b'], 't1'))).resolves.toMatchObject({
    files: 2,
    result: { kind: 'committed', next: { position: { pageToken: 't1' } } },
  });
  expect(names()).toEqual(['a', 'b']);
});

test('one bad page in a group does not undo the others', async () => {
  const first = box.claim(0).fence;
  const second = box.claim(1).fence;
  const outcomes = await Promise.allSettled([
    writer.commitPage(first, body(['a'], 't1')),
    writer.commitPage(second, body(['fine', 'poison'], 'u1')),
    writer.commitPage({ ...first, page: 1 }, body(['b'], 't2')),
    writer.commitPage({ ...second, page: 1 }, body(['orphan'], 'u2')),
  ]);
  expect(outcomes).toMatchObject([
    { status: 'fulfilled', value: { result: { kind: 'committed' } } },
    { status: 'rejected', reason: { message: 'poisoned row' } },
    { status: 'fulfilled', value: { result: { kind: 'committed' } } },
    { status: 'fulfilled', value: { result: { kind: 'refused' } } },
  ]);
  expect(names()).toEqual(['a', 'b']);
  expect(checkpoints()).toEqual([
    { page: 2, page_token: 't2' },
    { page: 0, page_token: null },
  ]);
});

test('a body that is no page is malformed, writes nothing and harms no neighbor', async () => {
  const first = box.claim(0).fence;
  const second = box.claim(1).fence;
  const [bad, good] = await Promise.allSettled([
    writer.commitPage(first, { bytes: gzipSync('{"files":[').subarray(0, 15), gzip: true }),
    writer.commitPage(second, body(['good'])),
  ]);
  expect(bad).toMatchObject({ status: 'rejected', reason: { kind: 'malformed' } });
  expect(good).toMatchObject({ status: 'fulfilled', value: { result: { kind: 'committed' } } });
  expect(names()).toEqual(['good']);
  expect(checkpoints()[0]).toEqual({ page: 0, page_token: null });
});

const manyNames = (page: number) =>
  Array.from({ length: 1_500 }, (_, at) => `f${String(page)}-${String(at)}`);

test('more files than one transaction takes are all committed in order', async () => {
  const { fence } = box.claim(0);
  const numbers = Array.from({ length: 13 }, (_, page) => page);
  const results = await Promise.all(
    numbers.map((page) => writer.commitPage({ ...fence, page }, body(manyNames(page), `t${String(page)}`))),
  );
  expect(results.map(({ result }) => result.kind)).toEqual(numbers.map(() => 'committed'));
  expect(names()).toHaveLength(19_500);
  expect(checkpoints()[0]).toEqual({ page: 13, page_token: 't12' });
});

test('pages that are on their way share transactions of at most 32 pages', async () => {
  const opened = jest.fn(() => box.store.openPages());
  const counted = createStoreWriter({ ...box.store, openPages: opened });
  const { fence } = box.claim(0);
  const numbers = Array.from({ length: 70 }, (_, page) => page);
  await Promise.all(
    numbers.map((page) =>
      counted.commitPage({ ...fence, page }, body([`f${String(page)}`], `t${String(page)}`)),
    ),
  );
  expect(opened).toHaveBeenCalledTimes(3);
  expect(names()).toHaveLength(70);
});

test('a call commits the pages that are written so far, and does not wait for those that are being decoded', async () => {
  const slow = new Promise<never>(() => undefined);
  const fileList: Decoder['fileList'] = (given, memory) =>
    given.gzip ? localDecoder.fileList(given, memory) : slow;
  const held = createStoreWriter(box.store, { ...localDecoder, fileList });
  const first = box.claim(0).fence;
  const written = held.commitPage(first, body(['a'], 't1'));
  void held.commitPage(box.claim(1).fence, { ...body(['b']), gzip: false });
  const after = new Promise((resolve) => setImmediate(resolve)).then(() => held.settings());
  await expect(Promise.race([written, after.then(() => 'call')])).resolves.toMatchObject({ files: 1 });
  expect(checkpoints()[0]).toEqual({ page: 1, page_token: 't1' });
});

test('where listings go on is told once, before the commit, though a neighbor undoes the transaction', async () => {
  const first = box.claim(0).fence;
  const second = box.claim(1).fence;
  const told: (string | undefined)[] = [];
  const onAhead = (token: string | undefined) => {
    told.push(token);
    expect(checkpoints()[0]).toEqual({ page: 0, page_token: null });
  };
  await Promise.allSettled([
    writer.commitPage(first, body(['a'], 't1'), onAhead),
    writer.commitPage(second, body(['poison'], 'u1')),
  ]);
  expect(told).toEqual(['t1']);
  expect(names()).toEqual(['a']);
});

test('pages that come while another process holds the store for too long fail, and later ones are committed', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-writer-'));
  const path = join(folder, 'locked.db');
  const locked = openTestStore(path);
  locked.db.pragma('busy_timeout = 1');
  const patient = createStoreWriter(locked.store);
  const other = openForWriting(path);
  const [first, second] = [locked.claim(0).fence, locked.claim(1).fence];
  other.exec('BEGIN IMMEDIATE');
  const outcomes = await Promise.allSettled([
    patient.commitPage(first, body(['a'], 't1')),
    patient.commitPage(second, body(['b'], 'u1')),
  ]);
  const refused = { status: 'rejected', reason: { code: 'SQLITE_BUSY' } };
  expect(outcomes).toMatchObject([refused, refused]);
  other.exec('ROLLBACK');
  await expect(patient.commitPage(first, body(['a'], 't1'))).resolves.toMatchObject({ files: 1 });
  other.close();
  await patient.close();
  rmSync(folder, { recursive: true });
});

test('a call does not wait for the pages before it', async () => {
  const { fence } = box.claim(0);
  const order: string[] = [];
  await Promise.all([
    writer.commitPage(fence, body(['a'], 't1')).then(() => order.push('page')),
    writer.settings().then(() => order.push('call')),
  ]);
  expect(order).toEqual(['call', 'page']);
});

test('a call that fails rejects and leaves the writer usable', async () => {
  await expect(writer.recordJob({ jobId: 'j', attempt: 1, requestedAt: 0.5 })).rejects.toMatchObject({
    code: 'SQLITE_CONSTRAINT_DATATYPE',
  });
  await expect(writer.settings()).resolves.toMatchObject({ drives: 'all' });
});

test('closing carries out what was asked before', async () => {
  const { fence } = box.claim(0);
  const commit = writer.commitPage(fence, body(['a']));
  await writer.close();
  await expect(commit).resolves.toMatchObject({ result: { kind: 'committed' } });
  expect(box.db.open).toBe(false);
});
