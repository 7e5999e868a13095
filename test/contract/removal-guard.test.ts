/** Many files that are gone at once wait for a person, counted over the whole account, whatever the cause. */
import { accountRemovals } from '../../src/queries/jobs/removals';
import type { Reader, Row } from '../../src/store/reader';
import { createEmulation, type Emulation } from '../../emulator';
import { createEngine, type Engine } from '../support/engine';

const DRIVES = 30;
const FILES = 45;
const HOUR_MS = 3_600_000;

let cloud: Emulation;
let engine: Engine;
let clock: number;

beforeEach(async () => {
  clock = Date.now();
  const drives = Array.from({ length: DRIVES }, (_, at) => ({
    id: `0Drive${String(at)}`,
    name: `Drive ${String(at)}`,
    files: FILES,
  }));
  cloud = await createEmulation({
    corpus: { kind: 'seed', seed: 8, files: 30, drives },
    pageCap: 400,
    now: () => clock,
  });
  engine = createEngine(cloud, { now: () => clock });
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
});

afterEach(() => engine.close());

const world = () => cloud.world;
const driveIds = () =>
  world()
    .drives()
    .map(({ id }) => id);
const removed = () =>
  Number(engine.rows('SELECT count(*) AS n FROM file WHERE removed_at IS NOT NULL')[0]?.['n']);
const waiting = () =>
  accountRemovals(
    {
      get: (sql: string, ...params: number[]) => engine.rows(sql.replace('?', String(params[0])))[0] as Row,
      all: (sql: string) => engine.rows(sql) as Row[],
    } as Reader,
    clock,
  );

/** Removes all files of a drive from Drive. */
function empty(driveId: string): void {
  for (const { id, parents, driveId: of } of cloud.truth())
    if (of === driveId && parents !== undefined) world().remove(id);
}

describe.each([
  [
    'lost drives',
    () => {
      for (const id of driveIds()) world().loseDrive(id);
    },
  ],
  [
    'logs',
    () => {
      for (const id of driveIds()) empty(id);
    },
  ],
  ['the settings', () => engine.store.changeSettings({ drives: 'none' })],
] as const)('files that go because of %s', (_, lose) => {
  test('are removed only with consent, although each source has few of them', async () => {
    lose();
    expect(await engine.sync()).toMatchObject({ state: 'waiting' });
    expect(removed()).toBe(0);
    expect(waiting()?.files).toBeGreaterThan(1_000);
    expect(waiting()?.examples).toHaveLength(10);
    expect(await engine.sync()).toMatchObject({ state: 'waiting' });
    expect(removed()).toBe(0);
    expect(await engine.sync({ resumed: true, acceptRemovals: true })).toMatchObject({ state: 'completed' });
    expect(removed()).toBeGreaterThan(1_000);
    expect(engine.rows('SELECT * FROM removal_hour')).toEqual([]);
  });
});

test('the removals of a day count together, until a person consents', async () => {
  const ids = driveIds();
  for (const id of ids.slice(0, 22)) empty(id);
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  const first = removed();
  expect(first).toBeGreaterThan(800);
  clock += 12 * HOUR_MS;
  for (const id of ids.slice(22)) empty(id);
  expect(await engine.sync()).toMatchObject({ state: 'waiting' });
  expect(removed()).toBe(first);
  clock += 13 * HOUR_MS;
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(removed()).toBeGreaterThan(first);
});

test('drives that are wanted again while their removal waits keep their files', async () => {
  engine.store.changeSettings({ drives: 'none' });
  expect(await engine.sync()).toMatchObject({ state: 'waiting' });
  engine.store.changeSettings({ drives: 'all' });
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(removed()).toBe(0);
  expect(engine.differences()).toEqual([]);
});

test('a job that was started with consent waits for nobody', async () => {
  for (const id of driveIds()) world().loseDrive(id);
  expect(await engine.sync({ acceptRemovals: true })).toMatchObject({ state: 'completed' });
  expect(removed()).toBeGreaterThan(1_000);
});
