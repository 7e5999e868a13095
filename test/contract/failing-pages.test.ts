/** Pages that fail: those that pass are tried again, large ones in smaller sizes, and those that never come hold up nothing else. */
import type { Fault, FaultRequest } from '../../emulator';
import { startEmulated, type Emulated } from '../support/emulated';
import { createEngine, type Engine, type EngineResult } from '../support/engine';
import { childrenOf, ofDrive, whenAsked } from '../support/faults';

let cloud: Emulated;
let engine: Engine;
let clock: number;

const SERVER_ERROR: Fault = { kind: 'status', status: 500 };
const REFUSAL: Fault = { kind: 'drive-error', status: 400, reason: 'invalid' };
const HOUR_MS = 3_600_000;

beforeEach(async () => {
  clock = Date.now();
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 300 }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
});

afterEach(async () => {
  engine.close();
  await cloud.close();
});

const world = () => cloud.emulator.world;
const count = (sql: string) => engine.rows(`SELECT count(*) AS n FROM ${sql}`)[0]?.['n'];

/** Syncs as a job does that waits between its tries. */
async function syncPatiently(options: { full?: boolean } = {}): Promise<EngineResult> {
  for (let tries = 0; ; tries++) {
    if (tries > 30) throw new Error('the job does not end');
    try {
      return await engine.sync({ ...options, sameJob: tries > 0 });
    } catch {
      clock += 60_000;
    }
  }
}

async function syncExactly(): Promise<void> {
  expect(await syncPatiently()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

function failWhile(method: string, fault: Fault, fails: (params: FaultRequest['params']) => boolean): void {
  cloud.emulator.failEvery(method, whenAsked(fails, fault));
}

const isLarge = ({ pageSize }: FaultRequest['params']) => Number(pageSize) > 150;

describe('pages that fail with a server error because they are large', () => {
  test('of a flat listing come in a smaller size', async () => {
    failWhile('files.list', SERVER_ERROR, isLarge);
    await syncExactly();
    expect(count('generation')).toBe(1);
  });

  test('of a change log come in a smaller size, without a new crawl', async () => {
    await syncExactly();
    for (const id of world().ids({ folders: false })) world().rename(id, `${id} renamed`);
    failWhile('changes.list', SERVER_ERROR, isLarge);
    await syncExactly();
    expect(count('generation')).toBe(1);
  });

  test.each([
    ['a folder that was just shared', false],
    ['a folder of the walk', true],
  ])('of %s come in a smaller size', async (_, old) => {
    if (!old) await syncExactly();
    const folder = world().receiveFolder({ folders: 0, files: 200, listed: false, old });
    failWhile('files.list', SERVER_ERROR, (params) => childrenOf(folder)(params) && isLarge(params));
    await syncPatiently();
    for (let turn = 0; turn < 4; turn++) {
      await engine.walk();
      clock += HOUR_MS;
      await syncPatiently();
    }
    expect(engine.differences()).toEqual([]);
  });
});

describe('a page of a full crawl that never comes', () => {
  beforeEach(syncExactly);

  test.each([
    ['a server error', SERVER_ERROR],
    ['a refusal', REFUSAL],
  ])('because of %s leaves its part incomplete, and the change log is followed', async (_, fault) => {
    failWhile(
      'files.list',
      fault,
      ({ q = '', pageSize }) => q.includes('trashed = true') && pageSize !== '1',
    );
    const [renamed] = world().ids({ folders: false });
    world().rename(renamed!, 'another name');
    const { state, outcomes } = await syncPatiently({ full: true });
    expect(state).toBe('partial');
    expect(outcomes.get('user')).toEqual({ kind: 'partial', reason: 'unlisted-files' });
    world().remove(world().ids({ folders: false }).at(-1)!);
    await syncPatiently();
    expect(engine.differences()).toEqual([]);
  });

  test('fails the source where Drive lists nothing at all', async () => {
    failWhile('files.list', REFUSAL, () => true);
    for (let tries = 0; tries < 5; tries++) {
      await expect(engine.sync({ full: true, sameJob: tries > 0 })).rejects.toMatchObject({
        type: 'bad-request',
      });
      clock += 60_000;
    }
    expect(count("partition WHERE state = 'partial'")).toBe(0);
  });

  test('that comes at last ends the gap', async () => {
    let isBroken = true;
    failWhile('files.list', REFUSAL, ({ q = '' }) => isBroken && q.includes('trashed = true'));
    expect(await syncPatiently({ full: true })).toMatchObject({ state: 'partial' });
    isBroken = false;
    clock += 25 * HOUR_MS;
    await syncExactly();
  });
});

describe('the start token of a shared drive', () => {
  test('that fails in passing is asked for again in the same job', async () => {
    await syncExactly();
    const drives = Array.from({ length: 5 }, (_, i) =>
      world().addDrive({ name: `Drive ${String(i)}`, files: 5 }),
    );
    let left = 3;
    cloud.emulator.failEvery('changes.getStartPageToken', (_, { params }) =>
      ofDrive(drives[0])(params) && (left -= 1) >= 0 ? SERVER_ERROR : undefined,
    );
    await syncExactly();
    expect(left).toBeLessThan(0);
    expect(count('job')).toBe(2);
  });

  test('that never comes fails its drive alone', async () => {
    const broken = world().addDrive({ name: 'Broken', files: 5 });
    failWhile('changes.getStartPageToken', SERVER_ERROR, ofDrive(broken));
    const { state, outcomes } = await syncPatiently();
    expect(state).toBe('partial');
    expect(outcomes.get(broken)).toMatchObject({ kind: 'failed', failure: 'transient' });
    expect(outcomes.get('user')).toEqual({ kind: 'current' });
  });

  test('is kept where another one of its batch fails for everybody', async () => {
    const drives = Array.from({ length: 5 }, (_, i) =>
      world().addDrive({ name: `Drive ${String(i)}`, files: 5 }),
    );
    let isBroken = true;
    cloud.emulator.failEvery('changes.getStartPageToken', (_, { params }) =>
      isBroken && ofDrive(drives[4])(params)
        ? { kind: 'drive-error', status: 403, reason: 'dailyLimitExceeded' }
        : undefined,
    );
    await engine.sync().catch(() => undefined);
    expect(count('generation')).toBeGreaterThan(1);
    isBroken = false;
    await syncExactly();
  });
});

test('whoever asks for a copy does not wait for a try in an hour', async () => {
  await syncExactly();
  world().createFile();
  let isBroken = true;
  const daily: Fault = { kind: 'drive-error', status: 403, reason: 'dailyLimitExceeded' };
  cloud.emulator.failEvery('changes.list', () => (isBroken ? daily : undefined));
  await expect(engine.sync()).rejects.toThrow();
  isBroken = false;
  await expect(engine.sync({ sameJob: true })).rejects.toThrow();
  engine.store.takeRequest({ jobId: 'job-2', attempt: 1, requestedAt: clock });
  expect(await engine.sync({ sameJob: true })).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
});

test('a broken connection is not told as an answer of Drive', async () => {
  cloud.emulator.failEvery('files.list', () => ({ kind: 'reset' }));
  await expect(engine.sync()).rejects.toThrow(/connection to Google Drive ended before/);
});
