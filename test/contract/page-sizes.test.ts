/** Pages that take too long, or are too large, are asked for again in smaller sizes, as new queries. */
import { createDriveClient, type DriveClient } from '../../src/drive/client';
import { DEFAULT_LIMITS } from '../../src/drive/exchange';
import { Limiter, Pacer } from '../../src/drive/limiter';
import type { EmulatorOptions, FaultRequest } from '../../emulator';
import { startEmulated, testCredentials, type Emulated } from '../support/emulated';
import { createEngine, type Engine } from '../support/engine';
import { childrenOf, slowBySize } from '../support/faults';

const LIMIT_MS = 250;
/** Only pages of more items are too slow. */
const LARGEST_QUICK_PAGE = 500;

let cloud: Emulated;
let engine: Engine;
let clock: number;

async function clientOf(limits: Partial<typeof DEFAULT_LIMITS>): Promise<DriveClient> {
  const { url } = cloud.emulator;
  const credentials = await testCredentials({ kind: 'token', token: 'emulator-token' }, url);
  const limiter = new Limiter([new Pacer(1e9)]);
  return createDriveClient(credentials, url, limiter, { ...DEFAULT_LIMITS, secondTryMs: 0, ...limits });
}

async function start(options: EmulatorOptions, limits: Partial<typeof DEFAULT_LIMITS> = { ms: LIMIT_MS }) {
  clock = Date.now();
  cloud = await startEmulated(options);
  engine = createEngine(cloud.emulator, { drive: await clientOf(limits), now: () => clock });
}

afterEach(async () => {
  engine.close();
  await cloud.close();
});

const world = () => cloud.emulator.world;
const slow = slowBySize((size) => (size > LARGEST_QUICK_PAGE ? LIMIT_MS * 20 : 0));
const rejections = () =>
  engine.rows("SELECT sum(restarts) AS n FROM partition WHERE state <> 'done'")[0]?.['n'];
const crawls = () => engine.rows('SELECT count(*) AS n FROM generation')[0]?.['n'];

function slowWhen(method: string, matches: (params: FaultRequest['params']) => boolean): void {
  cloud.emulator.failEvery(method, (ordinal, request) =>
    matches(request.params) ? slow(ordinal, request) : undefined,
  );
}

async function syncExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

const files = { kind: 'seed', seed: 4, files: 900 } as const;

describe.each([
  ['in order', 'honored'],
  ['in no order', 'ignored'],
] as const)('a listing %s', (_, order) => {
  test('that takes too long from the first page on is listed in smaller pages', async () => {
    await start({ corpus: files, pageCap: 100, order });
    slowWhen('files.list', () => true);
    await syncExactly();
    expect(crawls()).toBe(1);
    const sizes = engine.rows('SELECT DISTINCT page_size FROM partition WHERE page > 2');
    expect(sizes).toEqual([{ page_size: LARGEST_QUICK_PAGE }]);
  });

  test('that takes too long in the middle goes on in smaller pages, never with the old token', async () => {
    await start({ corpus: files, pageCap: 100, order, tokensBoundToPageSize: { lists: true } });
    let pages = 0;
    slowWhen('files.list', ({ q = '' }) => !q.includes('parents') && (pages += 1) > 4);
    await syncExactly();
    expect(crawls()).toBe(1);
    expect(rejections() ?? 0).toBe(0);
  });
});

test('a listing that is too large is listed in smaller pages', async () => {
  await start({ corpus: files, pageCap: 1_000 }, { body: 150_000 });
  await syncExactly();
  expect(crawls()).toBe(1);
  expect(engine.rows('SELECT max(page_size) AS n FROM partition')[0]?.['n']).not.toBeNull();
});

test('a folder whose listing takes too long is listed in smaller pages', async () => {
  await start({ corpus: { kind: 'seed', seed: 4, files: 50 }, pageCap: 100 });
  await syncExactly();
  const folder = world().receiveFolder({ folders: 0, files: 300, listed: false });
  slowWhen('files.list', childrenOf(folder));
  await syncExactly();
  expect(engine.rows('SELECT gap, failure FROM source')).toEqual([{ gap: null, failure: null }]);
});

test('a folder that the walk lists takes too long, and is listed in smaller pages', async () => {
  await start({ corpus: { kind: 'seed', seed: 4, files: 50 }, pageCap: 100 });
  const folder = world().receiveFolder({ folders: 3, files: 300, listed: false, old: true });
  slowWhen('files.list', childrenOf(folder));
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(await engine.walk()).toMatchObject({ state: 'more' });
  clock += 5_000;
  expect(await engine.walk()).toMatchObject({ state: 'done' });
  expect(engine.differences()).toEqual([]);
  expect(engine.rows('SELECT count(*) AS n FROM walk_folder WHERE due > 0 OR refusals > 0')).toEqual([
    { n: 0 },
  ]);
});

describe.each([
  ['bound to the page size', true],
  ['bound to nothing', false],
] as const)('a change log whose tokens are %s', (_, changes) => {
  beforeEach(async () => {
    await start({
      corpus: { kind: 'seed', seed: 4, files: 300 },
      pageCap: 100,
      tokensBoundToPageSize: { changes },
    });
    await syncExactly();
    for (const id of world().ids({ folders: false })) world().rename(id, `${id} renamed`);
  });

  test('is read in smaller pages where it takes too long, without a new crawl', async () => {
    slowWhen('changes.list', () => true);
    await syncExactly();
    expect(crawls()).toBe(1);
    expect(engine.rows('SELECT log_page_size, failure, failures FROM source')).toEqual([
      { log_page_size: LARGEST_QUICK_PAGE, failure: null, failures: 0 },
    ]);
  });

  test('goes on where it becomes slow in the middle', async () => {
    let pages = 0;
    let refused = 0;
    slowWhen('changes.list', () => (pages += 1) === 2);
    cloud.emulator.failEvery('changes.list', (_ordinal, { params }) => {
      if (Number(params['pageSize']) < 1_000) refused += 1;
      return undefined;
    });
    await syncExactly();
    expect(refused).toBeGreaterThan(0);
    expect(crawls()).toBe(1);
  });

  test('grows again after ten good pages', async () => {
    engine.rows('UPDATE source SET log_page_size = 10, log_token_size = 10 RETURNING pk');
    await syncExactly();
    const [row] = engine.rows('SELECT log_page_size FROM source');
    expect(Number(row?.['log_page_size'])).toBeGreaterThan(10);
  });
});

test('a window of small pages that came well goes on in larger ones, below what it has listed', async () => {
  await start({ corpus: files });
  const job = engine.store.startJob({ jobId: 'x', attempt: 1, requestedAt: clock });
  const epoch = job.kind === 'started' ? job.epoch : 0;
  engine.store.openGenerations(epoch, [{ sourceId: 'user', startToken: 't', openedAt: clock }]);
  const frontier = Date.UTC(2026, 0, 1);
  const listed = (pages: number): void => {
    engine.rows(
      `UPDATE partition SET page_size = 60, page_token = 'x', frontier_ms = ${String(frontier)}, query_page = ${String(pages)} RETURNING pk`,
    );
  };
  const claim = () => {
    const claimed = engine.store.claim({ sourceId: 'user', epoch, lane: 0, alone: true });
    return claimed.kind === 'claimed' ? claimed.claim.position : undefined;
  };
  listed(9);
  expect(claim()).toMatchObject({ pageSize: 60, pageToken: 'x' });
  listed(10);
  const grown = claim();
  expect(grown).toMatchObject({ pageSize: 120, pageToken: undefined });
  expect(grown?.q).toContain('2026-01-01T00:00:01Z');
  // The same second again: a new query would list its files once more, and never come further.
  listed(10);
  expect(claim()).toMatchObject({ pageSize: 60, pageToken: 'x' });
});
