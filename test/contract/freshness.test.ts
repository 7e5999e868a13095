/** A job answers for the moment it was asked, whatever was read before and however late an answer comes. */
import type { DriveClient } from '../../src/drive/client';
import { createEmulation, type Emulation } from '../../emulator';
import { createEngine, directClient, type Engine } from '../support/engine';

const TEAM = '0Team';
const START = Date.UTC(2026, 5, 1);
const SECOND = 1_000;

let cloud: Emulation;
let engine: Engine;
let clock: { now: number };
/** This machine's clock, where it is not Drive's. */
let localClock: number | undefined;
/** Called before each request with its method; may throw as a crash would, or change the Drive. */
let onRequest: (method: string) => void;
/** Called when a request was answered by Drive and its answer is still on the way. */
let onAnswer: (method: string) => void;

/** A client on which something may happen while an answer is on its way. */
function slowClient(client: DriveClient): DriveClient {
  const methods = { listChanges: 'changes.list', listFiles: 'files.list', getFile: 'files.get' } as const;
  return new Proxy(client, {
    get(target, name: keyof DriveClient) {
      const ask = target[name].bind(target) as (...args: unknown[]) => unknown;
      if (!(name in methods)) return ask;
      return async (...args: unknown[]) => {
        const answer = await ask(...args);
        onAnswer(methods[name as keyof typeof methods]);
        return answer;
      };
    },
  });
}

beforeEach(async () => {
  clock = { now: START };
  cloud = await createEmulation({
    corpus: { kind: 'seed', seed: 3, files: 22, drives: [{ id: TEAM, name: 'Team', files: 9 }] },
    now: () => clock.now,
  });
  const now = (): number => clock.now;
  localClock = undefined;
  onRequest = onAnswer = () => undefined;
  const drive = slowClient(directClient(cloud, { before: (method) => onRequest(method), now }));
  engine = createEngine(cloud, { drive, now: () => localClock ?? clock.now });
  await engine.sync();
  // New folders are listed once more by the next job, since listings may lag behind.
  await engine.sync();
  clock.now += 60 * SECOND;
});

afterEach(() => {
  engine.close();
});

const asOf = (id: string) => engine.rows(`SELECT as_of FROM source WHERE id = '${id}'`)[0]?.['as_of'];

test("a full crawl on top of a copy begins where the log was last read, by Drive's clock, whatever ours says", async () => {
  localClock = clock.now + 86_400 * SECOND;
  await engine.sync({ full: true });
  expect(
    engine.rows(
      "SELECT opened_at FROM generation JOIN source ON source.pk = source_pk WHERE id = 'user' ORDER BY generation.pk DESC LIMIT 1",
    ),
  ).toEqual([{ opened_at: clock.now }]);
  expect(engine.differences()).toEqual([]);
});

class Crash extends Error {}

function crashAt(method: string, nth = 1): void {
  let seen = 0;
  onRequest = (asked) => {
    if (asked === method && (seen += 1) === nth) throw new Crash();
  };
}

/** Something of everything: in My Drive and in the shared drive. */
function changeMuch(): void {
  const { world } = cloud;
  const [renamed, removed] = world.ids({ folders: false });
  for (let i = 0; i < 5; i++) world.createFile();
  world.createFile({ parent: TEAM });
  world.rename(renamed!, 'renamed meanwhile');
  world.remove(removed!);
}

describe('a job that was cut off after it had read the logs', () => {
  beforeEach(async () => {
    cloud.world.createFolder();
    crashAt('files.list');
    await expect(engine.sync()).rejects.toThrow();
    onRequest = () => undefined;
    changeMuch();
    clock.now += 3_600 * SECOND;
  });

  test.each([{ how: 'takenOver' as const }, { how: 'resumed' as const }])(
    'reads them again when it is $how',
    async ({ how }) => {
      expect(await engine.sync({ sameJob: true, [how]: true })).toMatchObject({ state: 'completed' });
      expect(engine.differences()).toEqual([]);
      expect([asOf('user'), asOf(TEAM)]).toEqual([clock.now, clock.now]);
    },
  );

  test('reads them again when somebody joins it', async () => {
    engine.store.takeRequest({ jobId: 'job-3', attempt: 1, requestedAt: 1 });
    expect(await engine.sync({ sameJob: true })).toMatchObject({ state: 'completed' });
    expect(engine.differences()).toEqual([]);
  });

  test('reads them again when only its workflow goes on, since its readings have grown old', async () => {
    await engine.sync({ sameJob: true });
    expect([asOf('user'), asOf(TEAM)]).toEqual([clock.now, clock.now]);
    expect(engine.differences()).toEqual([]);
  });

  test('is exact after the next job', async () => {
    expect(await engine.sync()).toMatchObject({ state: 'completed' });
    expect(engine.differences()).toEqual([]);
  });
});

test('an unsettled reading moves no moment that the copy equals', async () => {
  const before = asOf('user');
  cloud.world.createFolder();
  crashAt('files.list');
  await expect(engine.sync()).rejects.toThrow();
  expect(asOf('user')).toBe(before);
});

test('an answer that was on its way when somebody joined does not answer them', async () => {
  const sentAt = clock.now;
  let joined = false;
  onAnswer = (method) => {
    if (method !== 'changes.list' || joined) return;
    joined = true;
    // The answer is held back; meanwhile something changes, and somebody asks for a current copy.
    clock.now += 60 * SECOND;
    changeMuch();
    clock.now += SECOND;
    engine.store.takeRequest({ jobId: 'job-3', attempt: 1, requestedAt: 1 });
  };
  const spent = engine.requests['changes.list'] ?? 0;
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
  expect(asOf('user')).toBeGreaterThan(sentAt);
  expect(spent).toBeDefined();
});

test('a copy is as old as the request that ended its log, however late the answer came', async () => {
  const sentAt = clock.now;
  onAnswer = (method) => {
    if (method === 'changes.list') clock.now += 10 * SECOND;
  };
  await engine.sync();
  expect(asOf('user')).toBeLessThanOrEqual(sentAt + 10 * SECOND);
  expect(asOf('user')).toBeGreaterThanOrEqual(sentAt);
});

test('a job whose readings have grown old reads the logs once more before it ends', async () => {
  cloud.world.createFolder();
  let slept = false;
  onRequest = (method) => {
    if (method !== 'files.list' || slept) return;
    slept = true;
    clock.now += 8 * 3_600 * SECOND;
    changeMuch();
  };
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
  expect(asOf(TEAM)).toBe(clock.now);
});

test('an idle job writes nothing but that the logs were read', async () => {
  const count = () =>
    engine.rows('SELECT (SELECT count(*) FROM job_source) + (SELECT count(*) FROM file_event) AS n');
  const [before, files] = [count(), engine.rows('SELECT * FROM file')];
  for (let i = 0; i < 5; i++) await engine.sync();
  expect(count()).toEqual(before);
  expect(engine.rows('SELECT * FROM file')).toEqual(files);
});
