/** Single folders and files that Drive refuses hold up nothing else. */
import { exceptions } from '../../src/queries/jobs/exceptions';
import type { Row } from '../../src/store/reader';
import type { Fault } from '../../emulator';
import { startEmulated, type Emulated } from '../support/emulated';
import { createEngine, type Engine } from '../support/engine';
import { childrenOf, whenAsked } from '../support/faults';

let cloud: Emulated;
let engine: Engine;
let clock: number;

const HOUR_MS = 3_600_000;

beforeEach(async () => {
  clock = Date.now();
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 60 }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
  await syncExactly();
});

afterEach(async () => {
  engine.close();
  await cloud.close();
});

const world = () => cloud.emulator.world;
const refusals: Record<string, Fault> = {
  'a 403 about the file': { kind: 'drive-error', status: 403, reason: 'insufficientFilePermissions' },
  'a 403 of a word that nobody knows': { kind: 'drive-error', status: 403, reason: 'strangeReason' },
  'a 403 about the domain': { kind: 'drive-error', status: 403, reason: 'domainPolicy' },
  'a 400': { kind: 'drive-error', status: 400, reason: 'invalid' },
  'a 404 although the folder is there': { kind: 'drive-error', status: 404, reason: 'notFound' },
  'a server error': { kind: 'status', status: 500 },
  'a page that is none': { kind: 'status', status: 200, html: true },
  'a page that says it is incomplete': {
    kind: 'patch',
    patch: (body) => ({ ...body, incompleteSearch: true }),
  },
  'a page with an item without an id': {
    kind: 'patch',
    patch: (body) => ({ ...body, files: [{ kind: 'drive#file', name: 'no id' }] }),
  },
};

async function syncExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

/** A folder that others share and that can never be listed; returns its id and how often it was asked for. */
function poison(fault: Fault): { folder: string; asked: () => number } {
  const folder = world().receiveFolder({ folders: 0, files: 0, listed: true });
  let asked = 0;
  const isAbout = childrenOf(folder);
  cloud.emulator.failEvery('files.list', (ordinal, request) => {
    const found = whenAsked(isAbout, fault)(ordinal, request);
    if (found !== undefined) asked += 1;
    return found;
  });
  return { folder, asked: () => asked };
}

function held() {
  return exceptions({
    all: (sql) => engine.rows(sql) as Row[],
    get: (sql) => engine.rows(sql)[0] as Row | undefined,
  });
}

test.each(Object.entries(refusals))(
  'a folder whose listing is answered by %s is named, and all else goes on',
  async (_, fault) => {
    const { folder } = poison(fault);
    for (let sync = 0; sync < 10; sync++) {
      const [first] = world().ids({ folders: false });
      world().rename(first!, `name ${String(sync)}`);
      world().createFile();
      const inFolder = world().createFolder();
      world().createFile({ parent: inFolder });
      world().remove(world().createFile());
      world().remove(world().ids({ folders: false }).at(-1)!);
      await syncExactly();
      expect(held()).toMatchObject({ count: 1, examples: [{ id: folder, kind: 'folder' }] });
      clock += 60_000;
    }
    const crawls = engine.rows('SELECT count(*) AS n FROM generation');
    expect(crawls).toEqual([{ n: 1 }]);
    expect(engine.rows("SELECT gap, as_of FROM source WHERE id = 'user'")).toEqual([
      { gap: null, as_of: expect.any(Number) },
    ]);
  },
);

test('a refused folder is asked for again after an hour, then six, then daily, once each', async () => {
  const { asked } = poison(refusals['a server error']!);
  await syncExactly();
  expect(asked()).toBe(3);
  for (const [waitMs, times] of [
    [HOUR_MS - 60_000, 3],
    [60_000, 4],
    [6 * HOUR_MS - 60_000, 4],
    [60_000, 5],
    [24 * HOUR_MS, 6],
    [23 * HOUR_MS, 6],
    [HOUR_MS, 7],
  ] as const) {
    clock += waitMs;
    engine.rows('UPDATE source SET full_at = 8e15 RETURNING pk');
    await syncExactly();
    expect(asked()).toBe(times);
  }
});

test('a folder that can be listed at last is no exception any more', async () => {
  let isRefused = true;
  const folder = world().receiveFolder({ folders: 1, files: 5, listed: false });
  cloud.emulator.failEvery('files.list', (ordinal, request) =>
    isRefused ? whenAsked(childrenOf(folder), refusals['a 400']!)(ordinal, request) : undefined,
  );
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(held().count).toBe(1);
  isRefused = false;
  clock += HOUR_MS;
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(held()).toEqual({ count: 0, examples: [] });
  await engine.walk();
  expect(engine.differences()).toEqual([]);
});

test('a refused folder that goes away is forgotten', async () => {
  const { folder } = poison(refusals['a 400']!);
  await syncExactly();
  expect(held().count).toBe(1);
  world().loseAccess(folder);
  await syncExactly();
  expect(held().count).toBe(0);
});

test('where all of Drive fails, no folder is blamed', async () => {
  for (let i = 0; i < 5; i++) world().receiveFolder({ folders: 0, files: 2, listed: false });
  let isDown = true;
  cloud.emulator.failEvery('files.list', () => (isDown ? { kind: 'status', status: 500 } : undefined));
  await expect(engine.sync()).rejects.toMatchObject({ type: 'transient' });
  expect(held().count).toBe(0);
  isDown = false;
  await syncExactly();
});

test('files of which Drive does not tell are kept and named, and others are removed', async () => {
  const ids = world().ids({ folders: false });
  const kept = ids.slice(0, 2);
  const [refused, broken] = kept;
  world().loseEverything({ silent: true });
  const faults = new Map<string | undefined, Fault>([
    [refused, refusals['a 403 about the file']!],
    [broken, refusals['a server error']!],
  ]);
  cloud.emulator.failEvery('files.get', (_, { params }) => faults.get(params['fileId']));
  expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  expect(held()).toMatchObject({
    count: 2,
    examples: expect.arrayContaining(kept.map((id) => expect.objectContaining({ id, kind: 'file' }))),
  });
  expect(engine.rows('SELECT count(*) AS n FROM files WHERE owned_by_me = 1')).toEqual([{ n: 2 }]);
  faults.clear();
  clock += HOUR_MS;
  await syncExactly();
  expect(held().count).toBe(0);
});

/** Crawls so far; old ones are forgotten. */
const crawls = () => engine.rows('SELECT max(pk) AS n FROM generation')[0]?.['n'];
/** Works at the source until it is done, as a job that waits between its tries would. */
async function syncPatiently() {
  for (let tries = 0; ; tries++) {
    if (tries > 20) throw new Error('the job does not end');
    try {
      return await engine.sync({ sameJob: tries > 0 });
    } catch {
      clock += 60_000;
    }
  }
}

describe('a page of a change log that never comes', () => {
  beforeEach(() => {
    world().createFile();
    cloud.emulator.failEvery('changes.list', () => ({ kind: 'status', status: 500 }));
  });

  test('counts as a dead token after ten tries, once a day, and leaves the source partial', async () => {
    const { state, outcomes } = await syncPatiently();
    expect(state).toBe('partial');
    expect(outcomes.get('user')).toEqual({ kind: 'partial', reason: 'unreadable-log' });
    expect(crawls()).toBe(2);
    expect((await syncPatiently()).state).toBe('partial');
    expect(crawls()).toBe(2);
    clock += 24 * HOUR_MS;
    await syncPatiently();
    expect(crawls()).toBe(3);
  });
});
