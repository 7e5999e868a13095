import { SILENT } from '../../src/log';
import { crawlSlice } from '../../src/activities/crawl-slice';
import { requestedPart, toDriveFile } from '../../src/model/file';
import type { SqlValue } from '../../src/model/values';
import { USER_SOURCE } from '../../src/model/job';
import type { Fault } from '../../emulator';
import { createStoreWriter, type StoreWriter } from '../../src/writer/store-writer';
import { startEmulated, type Emulated } from '../support/emulated';
import { openTestStore, type TestStore } from '../support/stores';

const FILES = 500;

let cloud: Emulated;
let box: TestStore;
let writer: StoreWriter;

beforeEach(async () => {
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 3, files: FILES }, pageCap: 50 });
  box = openTestStore(':memory:');
  writer = createStoreWriter(box.store);
});

afterEach(async () => {
  await writer.close();
  await cloud.close();
});

const REF = { account: 'me', storeId: 's', jobId: 'job-1', sourceId: USER_SOURCE };

/** A turn of a lane: of the only one, if nothing else is said. */
const slice = (signal = new AbortController().signal, lanes = { lane: 0, lanes: 1, mostLanes: 1 }) =>
  crawlSlice({ writer, drive: cloud.drive, log: SILENT }, { ...REF, ...box.pass, ...lanes }, signal);

function exported(): Map<unknown, unknown> {
  const rows = box.db.prepare<[], Record<string, SqlValue>>('SELECT * FROM file').safeIntegers().all();
  return new Map(rows.map((row) => [row['id'], toDriveFile(row)]));
}

function held(): Map<unknown, unknown> {
  return new Map([...cloud.emulator.truth()].map((file) => [file.id, requestedPart({ ...file })]));
}

test('a turn without trouble lists everything exactly once', async () => {
  const { pages } = await slice().then((result) => {
    expect(result).toMatchObject({ state: 'done', files: FILES });
    return result;
  });
  expect(cloud.emulator.counts['files.list']).toBe(pages);
  expect(exported()).toEqual(held());
});

test('a rejected page token restarts the window at once and the rows come out exact', async () => {
  const fault: Fault = { kind: 'drive-error', status: 400, reason: 'invalid', location: 'pageToken' };
  cloud.emulator.failEvery('files.list', (ordinal) => (ordinal === 4 ? fault : undefined));
  await expect(slice()).resolves.toMatchObject({ state: 'done' });
  expect(exported()).toEqual(held());
});

test('a failure after a commit ends the turn with a wait, and the next turn goes on', async () => {
  const fault: Fault = { kind: 'drive-error', status: 500, reason: 'backendError' };
  cloud.emulator.failEvery('files.list', (ordinal) => (ordinal === 3 ? fault : undefined));
  const first = await slice();
  expect(first).toMatchObject({ state: 'more', pages: 2, files: 100 });
  expect(first.waitMs).toBeGreaterThanOrEqual(500);
  const second = await slice();
  expect(second).toMatchObject({ state: 'done', files: FILES - 100 });
  expect(exported()).toEqual(held());
});

test('a turn that commits nothing fails with a wait as its retry delay', async () => {
  const fault: Fault = { kind: 'drive-error', status: 403, reason: 'userRateLimitExceeded' };
  cloud.emulator.failNext('files.list', fault);
  await expect(slice()).rejects.toMatchObject({ type: 'rate-limited', nonRetryable: false });
  expect(box.row('SELECT failures, failure FROM partition')).toEqual({
    failures: 1,
    failure: 'rate-limited',
  });
});

test('a refusal of everything fails for good at the third try', async () => {
  cloud.emulator.failEvery('files.list', () => ({
    kind: 'drive-error',
    status: 403,
    reason: 'domainPolicy',
  }));
  for (let tries = 0; tries < 2; tries++) expect(await slice()).toMatchObject({ state: 'more', pages: 0 });
  await expect(slice()).rejects.toMatchObject({ type: 'domain-policy', nonRetryable: true });
  expect(box.row('SELECT failures, failure FROM partition')).toEqual({
    failures: 3,
    failure: 'domain-policy',
  });
});

test('a job start that came later makes the turn superseded', async () => {
  box.store.startJob({ jobId: 'job-2', attempt: 1, requestedAt: 2 });
  await expect(slice()).rejects.toMatchObject({ kind: 'superseded' });
  expect(cloud.emulator.counts['files.list']).toBe(0);
});

test('a canceled turn keeps what was committed and counts no failure', async () => {
  const stop = new AbortController();
  cloud.emulator.failEvery('files.list', (ordinal) => {
    if (ordinal < 3) return undefined;
    stop.abort(new Error('stopped by the test'));
    return { kind: 'stall' };
  });
  await expect(slice(stop.signal)).rejects.toThrow('stopped by the test');
  expect(box.row('SELECT page, failures FROM partition')).toEqual({ page: 2, failures: 0 });
});

/** Both windows are held by other lanes that have shown nothing worth sharing. */
function holdAll(): void {
  for (const lane of [0, 1]) box.claim(lane);
}

describe('lanes', () => {
  test('a first page that shows work for others ends the turn, and no page is asked for twice', async () => {
    const first = await slice(undefined, { lane: 0, lanes: 1, mostLanes: 4 });
    expect(first).toMatchObject({ state: 'more', pages: 1, files: 50 });
    expect(first.usefulLanes).toBeGreaterThan(1);
    expect(cloud.emulator.counts['files.list']).toBe(1);
    const lanes = [0, 1, 2, 3].map((lane) => slice(undefined, { lane, lanes: 4, mostLanes: 4 }));
    const turns = await Promise.all(lanes);
    expect(exported()).toEqual(held());
    const pages = turns.reduce((sum, turn) => sum + turn.pages, first.pages);
    // A page that was asked for ahead can turn out to be another lane's.
    expect(cloud.emulator.counts['files.list']).toBeLessThanOrEqual(pages + 4);
  });

  test('a lane that finds nothing to take for a while gives up', async () => {
    holdAll();
    await expect(slice(undefined, { lane: 2, lanes: 3, mostLanes: 3 })).resolves.toMatchObject({
      state: 'busy',
      pages: 0,
    });
    expect(cloud.emulator.counts['files.list']).toBe(0);
  });

  test('a lane without work is canceled as quickly as any other', async () => {
    holdAll();
    const stop = new AbortController();
    const turn = slice(stop.signal, { lane: 2, lanes: 3, mostLanes: 3 });
    stop.abort(new Error('stopped by the test'));
    await expect(turn).rejects.toThrow('stopped by the test');
  });

  test('the only lane takes over what lanes held that are gone', async () => {
    holdAll();
    await expect(slice(undefined, { lane: 7, lanes: 1, mostLanes: 3 })).resolves.toMatchObject({ pages: 1 });
  });
});
