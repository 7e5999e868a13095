/** The walk of folders shared by others: what it lists, when, and what becomes of what it misses. */
import { isWalkDue, isWalkUnfinished, walkState, type WalkState } from '../../src/queries/jobs/walk-state';
import type { Reader, Row } from '../../src/store/reader';
import { startEmulated, type Emulated } from '../support/emulated';
import { createEngine, type Engine } from '../support/engine';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let cloud: Emulated;
let engine: Engine;
let clock: number;

beforeEach(async () => {
  clock = Date.now();
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 60 }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
});

afterEach(async () => {
  engine.close();
  await cloud.close();
});

const world = () => cloud.emulator.world;
const one = (sql: string) => engine.rows(sql)[0] ?? {};
const listings = () => cloud.emulator.counts['files.list'] ?? 0;
const hidden = () => one('SELECT count(*) AS n FROM file WHERE walk_only = 1 AND removed_at IS NULL')['n'];

/** What is told of the walk. */
function state(): WalkState | undefined {
  return walkState(reader(), clock);
}

function asBigint(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([key, value]) => [key, typeof value === 'number' ? BigInt(value) : value]),
  ) as Row;
}

function read(sql: string): Row[] {
  return engine.rows(sql).map(asBigint);
}

function reader(): Reader {
  const get = (sql: string, now: unknown) => read(sql.replace('?', String(now)))[0];
  return { all: read, get } as unknown as Reader;
}

async function sync(full = false): Promise<void> {
  expect(await engine.sync({ full })).toMatchObject({ state: 'completed' });
}

async function walk(): Promise<void> {
  expect(await engine.walk()).toMatchObject({ state: 'done' });
}

async function syncAndWalk(full = false): Promise<void> {
  await sync(full);
  await walk();
}

function receive(folders: number, files: number): string {
  return world().receiveFolder({ access: 'link', folders, files, listed: false });
}

test('a sync is current without the walk, which then finds what no flat listing shows', async () => {
  receive(5, 40);
  await sync();
  expect(engine.differences().length).toBeGreaterThan(30);
  expect([isWalkUnfinished(reader()), isWalkDue(reader(), clock)]).toEqual([true, true]);
  expect(state()).toMatchObject({ done: 0, found: 0, refused: [] });
  expect(one("SELECT as_of FROM source WHERE id = 'user'")['as_of']).not.toBeNull();
  await walk();
  expect(engine.differences()).toEqual([]);
  expect([isWalkUnfinished(reader()), isWalkDue(reader(), clock)]).toEqual([false, false]);
  expect(state()).toMatchObject({ left: 0, found: 45 });
  expect(one("SELECT walked_at FROM source WHERE id = 'user'")['walked_at']).toBe(clock);
  expect(one('SELECT count(*) AS n FROM file_event')['n']).toBe(0);
  expect(one('SELECT count(*) AS n FROM job WHERE pages > 5')['n']).toBe(0);
  expect(Number(one('SELECT walk_units FROM store')['walk_units'])).toBeGreaterThanOrEqual(600);
});

test('without folders of others, there is nothing to walk and nothing is said to be left', async () => {
  engine.close();
  await cloud.close();
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 3 }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
  await sync();
  expect(engine.differences()).toEqual([]);
  expect(engine.rows("SELECT id FROM folders WHERE owner_email NOT LIKE 'robin%'")).toEqual([]);
  expect(isWalkUnfinished(reader())).toBe(false);
  expect(state()).toMatchObject({ state: { phase: 'complete' }, done: 0, left: 0 });
});

test('a folder counts once while a new plan makes all of them due again', async () => {
  receive(5, 40);
  await syncAndWalk();
  const folders = state()?.done ?? 0;
  expect(folders).toBeGreaterThan(0);
  await sync(true);
  expect(state()).toMatchObject({ done: 0, left: folders });
});

test('the state of the walk says whether it goes on, waits or is stopped', async () => {
  const folder = receive(0, 3);
  await sync();
  expect(state()?.state).toEqual({ phase: 'due' });
  for (const reason of ['paused', 'needs-login']) {
    engine.rows(`UPDATE job SET state = 'waiting', reason = '${reason}' RETURNING id`);
    expect(state()?.state).toEqual({ phase: 'stopped', reason });
  }
  engine.rows("UPDATE job SET state = 'completed', reason = NULL RETURNING id");
  await walk();
  expect(state()?.state).toEqual({ phase: 'complete' });
  const retryAt = clock + HOUR_MS;
  engine.rows(
    `UPDATE walk_folder SET due = 1, retry_at = ${String(retryAt)} WHERE folder_id = '${folder}' RETURNING 1`,
  );
  expect(state()?.state).toEqual({ phase: 'waiting', retryAt });
  clock = retryAt;
  expect(state()?.state).toEqual({ phase: 'due' });
});

test('a folder is listed once, although it is found often; two folders in each other are no circle', async () => {
  world().receiveCycle();
  await sync();
  const before = listings();
  await walk();
  expect(listings() - before).toBe(Number(state()?.done));
  const after = listings();
  await walk();
  expect(listings()).toBe(after);
});

test('a full crawl makes all folders due once, and its sweep leaves the files of the walk alone', async () => {
  receive(5, 40);
  await syncAndWalk();
  const gets = cloud.emulator.counts['files.get'];
  await sync(true);
  expect(cloud.emulator.counts['files.get']).toBe(gets);
  expect(hidden()).toBe(45);
  const before = listings();
  await walk();
  expect(listings() - before).toBe(state()?.done);
  expect(engine.differences()).toEqual([]);
});

test('a file that is missing from its folder is asked for and removed, with all that was in it', async () => {
  const top = receive(5, 40);
  await syncAndWalk();
  const [inner] = engine.rows(`SELECT id FROM folders WHERE parent_id = '${top}'`);
  world().remove(String(inner?.['id']));
  await syncAndWalk(true);
  expect(engine.differences()).toEqual([]);
  expect(Number(one("SELECT count(*) AS n FROM history WHERE kind = 'removed'")['n'])).toBeGreaterThan(5);
});

test('a file that a flat listing shows is no finding of the walk any more', async () => {
  world().receiveFolder({ access: 'direct', folders: 2, files: 10, listed: true });
  await syncAndWalk();
  expect(hidden()).toBe(0);
  world().receiveFolder({ access: 'direct', folders: 2, files: 10, listed: true });
  await syncAndWalk();
  expect(hidden()).toBeGreaterThan(0);
  await syncAndWalk(true);
  expect(hidden()).toBe(0);
  expect(engine.differences()).toEqual([]);
});

test('rows that an older version found are asked for once, and then left to the walk', async () => {
  receive(2, 10);
  await syncAndWalk();
  engine.rows('UPDATE file SET walk_only = 0, generation_pk = NULL RETURNING pk');
  await sync(true);
  expect(hidden()).toBe(12);
  const gets = cloud.emulator.counts['files.get'];
  await sync(true);
  expect(cloud.emulator.counts['files.get']).toBe(gets);
});

test('a newer run refuses what an older one still asks for', () => {
  const older = engine.store.claimWalk();
  engine.store.claimWalk();
  expect(engine.store.walkWork(older)).toEqual({ kind: 'superseded' });
});

test('a paused job and --no-walk stop the walk, and --walk begins it anew', async () => {
  receive(2, 10);
  await sync();
  const jobId = String(one('SELECT id FROM job')['id']);
  engine.store.setJobState({ jobId, state: 'waiting', reason: 'paused' });
  const before = listings();
  await walk();
  engine.store.setJobState({ jobId, state: 'completed' });
  engine.store.changeSettings({ walk: false });
  await walk();
  expect(listings()).toBe(before);
  expect(state()).toBeUndefined();
  engine.store.changeSettings({ walk: true });
  await walk();
  expect(engine.differences()).toEqual([]);
});

test('without a walk, a full crawl asks for what only a walk had shown', async () => {
  const top = receive(2, 10);
  await syncAndWalk();
  engine.store.changeSettings({ walk: false });
  const [file] = engine.rows(`SELECT id FROM files WHERE parent_id = '${top}'`);
  world().remove(String(file?.['id']));
  await sync(true);
  expect(engine.differences()).toEqual([]);
});

test('a folder that Drive refuses is named and asked again later, and holds up nothing', async () => {
  const top = receive(2, 10);
  await sync();
  const isTop = (q: string | null | undefined) => q?.includes(top) === true;
  let refuses = true;
  cloud.emulator.failEvery('files.list', (_, { params }) =>
    refuses && isTop(params['q'])
      ? { kind: 'drive-error', status: 403, reason: 'insufficientFilePermissions' }
      : undefined,
  );
  await walk();
  expect(state()).toMatchObject({ left: 0, refused: [{ id: top, reason: 'file-forbidden' }] });
  const before = listings();
  clock += HOUR_MS / 2;
  await walk();
  expect(listings()).toBe(before);
  clock += HOUR_MS;
  await walk();
  expect(listings()).toBe(before + 1);
  refuses = false;
  clock += 6 * HOUR_MS + 1;
  await walk();
  expect(state()?.refused).toEqual([]);
  expect(engine.differences()).toEqual([]);
});

test('a page that the log has overtaken is asked for again', async () => {
  const top = receive(0, 3);
  await sync();
  const lease = engine.store.claimWalk();
  let work = engine.store.walkWork(lease);
  while (work.kind === 'more') work = engine.store.walkWork(lease);
  if (work.kind !== 'list') throw new Error(`the walk has nothing to list but ${work.kind}`);
  const folder = work.folders.find(({ folderId }) => folderId === top);
  world().loseAccess(top);
  await sync();
  const page = { files: [], nextPageToken: undefined, incompleteSearch: false, unusable: 0 };
  const asked = { lease, folder: folder!, commitNo: work.commitNo, sentAt: clock };
  expect(engine.store.commitWalkPage({ ...asked, ...page })).toBe('refused');
  await walk();
  expect(engine.differences()).toEqual([]);
});

test('a rejected page token starts the listing again, and counts only where it got no further', async () => {
  const top = receive(0, 350);
  await sync();
  let rejected = 0;
  cloud.emulator.failEvery('files.list', (_, { params }) =>
    params['q']?.includes(top) === true && params['pageToken'] !== undefined && ++rejected <= 2
      ? { kind: 'drive-error', status: 400, reason: 'invalid', location: 'pageToken' }
      : undefined,
  );
  await walk();
  expect(rejected).toBeGreaterThan(2);
  expect(state()?.refused).toEqual([]);
  expect(engine.differences()).toEqual([]);
});

test('more than a thousand files that are gone wait for consent, and park nothing', async () => {
  engine.close();
  // Without a network between them, thousands of requests take no time.
  engine = createEngine(cloud.emulator, { now: () => clock });
  const top = receive(0, 1_100);
  await syncAndWalk();
  for (const { id } of engine.rows(`SELECT id FROM files WHERE parent_id = '${top}'`))
    world().remove(String(id));
  await syncAndWalk(true);
  expect(state()).toMatchObject({ left: 0, removals: 1_100 });
  expect(hidden()).toBe(1_100);
  engine.store.claimWalk({ acceptRemovals: true });
  await walk();
  expect(state()?.removals).toBe(0);
  expect(engine.differences()).toEqual([]);
});

/** Folders of one class that were all listed, some longer ago than others. */
function listed(count: number): void {
  engine.rows(`
    WITH RECURSIVE n (n) AS (SELECT 1 UNION SELECT n + 1 FROM n WHERE n < ${String(count)})
    INSERT INTO file (source_pk, first_seen_at, changed_at, id, mime_type, owned_by_me, owner_email, extra)
    SELECT 1, 0, 0, 'f' || n, 'application/vnd.google-apps.folder', 0, 'a@b.example', '{}' FROM n RETURNING id`);
  planAll();
  engine.rows(`UPDATE walk_folder SET due = 0, listed_at = ${String(clock)} + rowno FROM
    (SELECT folder_id AS id, row_number() OVER (ORDER BY folder_id) AS rowno FROM walk_folder)
    WHERE folder_id = id RETURNING 1`);
}

function planAll(): void {
  engine.rows('UPDATE store SET walk_plan_pk = 0 RETURNING 1');
  const lease = engine.store.claimWalk();
  while (engine.store.walkWork(lease).kind === 'more');
}

const due = () =>
  Number(one("SELECT count(*) AS n FROM walk_folder WHERE due = 1 AND folder_id LIKE 'f%'")['n']);

describe('sampling', () => {
  beforeEach(async () => {
    await syncAndWalk();
  });

  test('a large class in which nothing was found is sampled', () => {
    listed(3_000);
    planAll();
    expect(due()).toBe(150);
  });

  test('a finding, or fewer folders, makes all of them due', () => {
    listed(999);
    planAll();
    expect(due()).toBe(999);
    engine.rows("DELETE FROM file WHERE id LIKE 'f%' RETURNING 1");
    listed(1_200);
    engine.rows("UPDATE walk_folder SET found = 1 WHERE folder_id = 'f7' RETURNING 1");
    planAll();
    expect(due()).toBe(1_200);
  });

  test('no folder goes unlisted for more than 180 days', () => {
    listed(3_000);
    engine.rows(
      `UPDATE walk_folder SET listed_at = ${String(clock - 181 * DAY_MS)} WHERE folder_id < 'f2' RETURNING 1`,
    );
    const old = Number(
      one("SELECT count(*) AS n FROM walk_folder WHERE folder_id LIKE 'f%' AND folder_id < 'f2'")['n'],
    );
    planAll();
    expect(due()).toBe(old);
    expect(old).toBeGreaterThan(1_000);
  });
});
