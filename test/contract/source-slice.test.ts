/** Syncs with the real client on an emulated Drive that changes and misbehaves. */
import type { Fault } from '../../emulator';
import { startEmulated, type Emulated } from '../support/emulated';
import { createEngine, type Engine } from '../support/engine';

let cloud: Emulated;
let engine: Engine;
let clock: number;

beforeEach(async () => {
  clock = Date.now();
  const drives = [{ id: '0Team', name: 'Team', files: 40 }];
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 300, drives }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
});

afterEach(async () => {
  engine.close();
  await cloud.close();
});

const world = () => cloud.emulator.world;
const sourceOf = (id: string) => engine.rows(`SELECT * FROM source WHERE id = '${id}'`)[0];
const removed = () => engine.rows('SELECT count(*) AS n FROM file WHERE removed_at IS NOT NULL')[0]?.['n'];
const events = () => engine.rows('SELECT kind, id, inherited, changes FROM history ORDER BY at, id');
const always = (method: string, fault: Fault) => cloud.emulator.failEvery(method, () => fault);

/** The requests that something took, those that came more than never. */
async function requestsOf(work: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = { ...cloud.emulator.counts };
  await work();
  const spent = Object.entries(cloud.emulator.counts).map(([method, count]): [string, number] => [
    method,
    count - (before[method] ?? 0),
  ]);
  return Object.fromEntries(spent.filter(([, count]) => count > 0));
}

async function syncExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

/** What lies deeper in folders of others is left to the walk. */
async function syncAndWalkExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(await engine.walk()).toMatchObject({ state: 'done' });
  expect(engine.differences()).toEqual([]);
}

test('a quiet sync asks for the drives and once for each log, and writes no row', async () => {
  const before = engine.rows('SELECT * FROM file');
  clock += 60_000;
  const spent = await requestsOf(syncExactly);
  expect(spent).toEqual({ 'drives.list': 1, 'changes.list': 2 });
  expect(engine.rows('SELECT * FROM file')).toEqual(before);
  expect(events()).toEqual([]);
});

test('a first crawl writes no history, and what happens afterwards is told by its difference', async () => {
  const { rootId } = world();
  const folder = world().createFolder({ name: 'Plans' });
  const file = world().createFile({ parent: folder, name: 'draft' });
  await syncExactly();
  expect(events().map(({ kind }) => kind)).toEqual(['created', 'created']);
  clock += 1;
  world().rename(file, 'final');
  await syncExactly();
  clock += 1;
  world().move(file, rootId);
  world().view(folder);
  await syncExactly();
  clock += 1;
  world().remove(file);
  await syncExactly();
  const told = events().filter(({ kind }) => kind !== 'created');
  expect(told.map(({ kind, changes }) => [kind, JSON.parse(String(changes))])).toEqual([
    ['renamed', { name: ['draft', 'final'] }],
    ['moved', { parent_id: [folder, rootId] }],
    ['removed', {}],
  ]);
});

test('a trashed folder takes what is in it along without a request, and back', async () => {
  const folder = world().createFolder();
  const inner = world().createFolder({ parent: folder });
  const own = world().createFile({ parent: inner });
  for (let i = 0; i < 30; i++) world().createFile({ parent: inner });
  world().trash(own);
  await syncExactly();
  // Folders that are new are listed once more the next time, since the listing may have lagged behind; then all is quiet.
  await syncExactly();
  await syncExactly();
  const quiet = { 'drives.list': 1, 'changes.list': 2 };
  world().trash(folder);
  expect(await requestsOf(syncExactly)).toEqual(quiet);
  expect(engine.rows('SELECT count(*) AS n FROM file_event WHERE inherited = 1')).toEqual([{ n: 31 }]);
  world().untrash(folder);
  expect(await requestsOf(syncExactly)).toEqual(quiet);
});

test('a dead change token costs a new crawl of that log alone', async () => {
  cloud.emulator.killChangeTokens('0Team');
  world().rename(world().ids({ driveId: '0Team', folders: false })[0]!, 'renamed');
  const spent = await requestsOf(syncExactly);
  expect(spent).toMatchObject({ 'changes.getStartPageToken': 1 });
  const crawls = engine.rows('SELECT source_pk, count(*) AS n FROM generation GROUP BY 1 ORDER BY 1');
  expect(crawls.map(({ n }) => n)).toEqual([1, 2]);
});

test('a log whose fresh tokens are rejected too fails its source for good', async () => {
  const dead: Fault = { kind: 'drive-error', status: 400, reason: 'invalid', location: 'pageToken' };
  always('changes.list', dead);
  await expect(engine.sync()).rejects.toMatchObject({ type: 'page-token-rejected', nonRetryable: true });
});

test.each<{ name: string; fault: Fault }>([
  { name: 'is cut short', fault: { kind: 'truncated' } },
  { name: 'is a web page', fault: { kind: 'html-200' } },
  { name: 'is empty', fault: { kind: 'empty-200' } },
  {
    name: 'says nothing of how the log goes on',
    fault: { kind: 'patch', patch: ({ changes, kind }) => ({ changes, kind }) },
  },
  { name: 'has no list', fault: { kind: 'patch', patch: (body) => ({ ...body, changes: undefined }) } },
  {
    name: 'is of another kind',
    fault: { kind: 'patch', patch: (body) => ({ ...body, kind: 'drive#fileList' }) },
  },
])('a page of changes that $name is not believed', async ({ fault }) => {
  world().createFile();
  const token = sourceOf('user')?.['change_token'];
  cloud.emulator.failNext('changes.list', fault);
  await expect(engine.sync()).rejects.toMatchObject({ type: 'malformed' });
  expect(sourceOf('user')).toMatchObject({ change_token: token, failures: 1, failure: 'malformed' });
  await syncExactly();
});

test('a log that leads back to a token is stopped', async () => {
  for (let i = 0; i < 250; i++) world().createFile();
  let first: unknown;
  cloud.emulator.failEvery('changes.list', (_, { params }) => ({
    kind: 'patch',
    patch: (body) => {
      if (params['driveId'] !== undefined) return body;
      const { newStartPageToken: _end, nextPageToken, ...rest } = body;
      return { ...rest, nextPageToken: (first ??= nextPageToken) };
    },
  }));
  await expect(engine.sync()).rejects.toMatchObject({ type: 'malformed' });
});

test('entries of unknown kinds are counted and ignored, one that names nothing makes the source partial until a full crawl', async () => {
  cloud.emulator.changes({ unknownKinds: true });
  world().createFile();
  await syncExactly();
  expect(engine.rows("SELECT sum(count) AS n FROM item_error WHERE kind = 'unknown-change'")).toEqual([
    { n: 1 },
  ]);
  world().createFile();
  cloud.emulator.failNext('changes.list', {
    kind: 'patch',
    patch: (body) => ({ ...body, changes: [{ changeType: 'file', removed: true }] }),
  });
  const partial = { kind: 'partial', reason: 'unusable-items' };
  expect((await engine.sync()).outcomes.get('user')).toEqual(partial);
  expect((await engine.sync()).outcomes.get('user')).toEqual(partial);
  expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
});

test('a full crawl on top of a quiet copy rewrites nothing', async () => {
  clock += 5_000;
  const before = engine.rows('SELECT pk, changed_at FROM file ORDER BY pk');
  expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  expect(engine.rows('SELECT pk, changed_at FROM file ORDER BY pk')).toEqual(before);
  expect(engine.rows('SELECT sum(added + changed + removed) AS n FROM generation')).toEqual([{ n: 0 }]);
});

test('a full crawl says what it corrected that the log had not told', async () => {
  const [renamed, deleted] = world().ids({ folders: false });
  world().rename(renamed!, 'untold');
  world().remove(deleted!);
  world().createFile();
  // The log is at its end already: its entries are lost on the way.
  cloud.emulator.failNext('changes.list', { kind: 'patch', patch: (body) => ({ ...body, changes: [] }) });
  await engine.sync();
  expect(engine.differences()).not.toEqual([]);
  expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
  const found = engine.rows('SELECT added, changed, removed FROM generation WHERE source_pk = 1 ORDER BY pk');
  expect(found.at(-1)).toEqual({ added: 1, changed: 1, removed: 1 });
});

describe('files that are gone', () => {
  test('what a full crawl did not see is asked for one by one, and removed only then', async () => {
    world().loseEverything({ silent: true });
    const mine = engine.rows('SELECT count(*) AS n FROM file WHERE owned_by_me = 1')[0]?.['n'];
    const spent = await requestsOf(async () => await engine.sync({ full: true }));
    expect(spent['files.get']).toBeGreaterThanOrEqual(Number(mine));
    expect(engine.differences()).toEqual([]);
    expect(engine.rows("SELECT count(*) AS n FROM file WHERE removal = 'checked'")).toEqual([{ n: mine }]);
    clock += 10_000;
    world().regainEverything();
    await syncExactly();
    expect(engine.rows("SELECT count(*) AS n FROM file_event WHERE kind = 'returned'")).toEqual([
      { n: mine },
    ]);
  });

  test('a 404 that Drive did not write removes nothing', async () => {
    world().loseEverything({ silent: true });
    always('files.get', { kind: 'status', status: 404, html: true });
    await expect(engine.sync({ full: true })).rejects.toMatchObject({ type: 'transient' });
    expect(removed()).toBe(0);
  });

  test('a file of which Drive refuses to tell stays, and the source is current all the same', async () => {
    const [file] = world().ids({ folders: false });
    world().loseEverything({ silent: true });
    always('files.get', { kind: 'drive-error', status: 403, reason: 'insufficientFilePermissions' });
    const { outcomes } = await engine.sync({ full: true });
    expect(outcomes.get('user')).toEqual({ kind: 'current' });
    expect(engine.rows(`SELECT removed_at FROM file WHERE id = '${file!}'`)).toEqual([{ removed_at: null }]);
  });

  test('an incomplete search never sweeps', async () => {
    world().loseEverything({ silent: true });
    cloud.emulator.failEvery('files.list', () => ({
      kind: 'patch',
      patch: (body) => ({ ...body, incompleteSearch: true }),
    }));
    const spent = await requestsOf(async () => {
      const { outcomes } = await engine.sync({ full: true });
      expect(outcomes.get('user')).toEqual({ kind: 'partial', reason: 'incomplete-search' });
    });
    expect(spent['files.get']).toBeUndefined();
    expect(removed()).toBe(0);
  });
});

describe('shared drives', () => {
  test('a drive that is joined is crawled in the same sync, one that is renamed keeps its files', async () => {
    const joined = world().addDrive({ name: 'New', files: 30 });
    world().renameDrive('0Team', 'The Team');
    await syncExactly();
    expect(engine.rows('SELECT id, name, state FROM source ORDER BY pk')).toEqual([
      { id: 'user', name: null, state: 'followed' },
      { id: '0Team', name: 'The Team', state: 'followed' },
      { id: joined, name: 'New', state: 'followed' },
    ]);
  });

  test.each(['loseDrive', 'demoteDrive'] as const)(
    'after %s what is left of a drive is the user’s, and it may come back',
    async (lose) => {
      world()[lose]('0Team');
      const { outcomes } = await engine.sync();
      expect(outcomes.get('0Team')).toEqual({ kind: 'gone' });
      expect(engine.differences()).toEqual([]);
      expect(sourceOf('0Team')).toMatchObject({ state: 'gone' });
      const quiet = await requestsOf(syncExactly);
      expect(quiet['changes.list']).toBe(1);
      world().regainDrive('0Team');
      await syncExactly();
      expect(sourceOf('0Team')).toMatchObject({ state: 'followed' });
    },
  );

  test('a drive that is lost in the middle of its crawl is let go of, and the others go on', async () => {
    const lost = world().addDrive({ name: 'Short-lived', files: 60 });
    cloud.emulator.failEvery('files.list', () => {
      if (
        world()
          .drives()
          .find(({ id }) => id === lost)?.membership === 'member'
      )
        world().loseDrive(lost);
      return undefined;
    });
    await engine.sync();
    await syncExactly();
    expect(sourceOf(lost)).toMatchObject({ state: 'gone' });
  });

  test('a drive of which the token cannot be had fails alone', async () => {
    const broken = world().addDrive({ name: 'Broken', files: 5 });
    world().createFile();
    const refusal: Fault = { kind: 'drive-error', status: 403, reason: 'forbidden' };
    let isBroken = true;
    cloud.emulator.failEvery('changes.getStartPageToken', () => (isBroken ? refusal : undefined));
    const { state, outcomes } = await engine.sync();
    expect(state).toBe('partial');
    expect(outcomes.get(broken)).toMatchObject({ kind: 'failed', failure: 'bad-request' });
    expect(outcomes.get('user')).toEqual({ kind: 'current' });
    isBroken = false;
    await syncExactly();
  });

  test('scopes: none lets go of the drives, ids follow some of them, all follows all', async () => {
    const other = world().addDrive({ name: 'Other', files: 20 });
    await syncExactly();
    engine.store.changeSettings({ drives: 'none' });
    await engine.sync();
    const listed = engine.rows('SELECT count(*) AS n FROM files WHERE drive_id IS NOT NULL')[0]?.['n'];
    const starred = [...cloud.emulator.truth()].filter(
      ({ driveId, starred: on }) => driveId !== undefined && on,
    );
    expect(listed).toBe(starred.length);
    engine.store.changeSettings({ drives: [other] });
    expect(await engine.sync()).toMatchObject({ state: 'completed' });
    expect(engine.rows(`SELECT count(*) AS n FROM files WHERE drive_id = '${other}'`)).toEqual([{ n: 20 }]);
    engine.store.changeSettings({ drives: 'all' });
    await syncExactly();
  });

  test('a list of drives that stays broken holds up neither the drives that are known nor the user, and is told', async () => {
    world().createFile({ driveId: '0Team' });
    const file = world().createFile();
    let isBroken = true;
    cloud.emulator.failEvery('drives.list', () => (isBroken ? { kind: 'status', status: 500 } : undefined));
    await expect(engine.sync({ tries: 5 })).rejects.toMatchObject({ kind: 'transient' });
    expect(await engine.sync({ tries: 6 })).toMatchObject({ state: 'partial' });
    expect(engine.differences()).toEqual([]);
    expect(engine.rows('SELECT drives_hidden FROM store')).toEqual([{ drives_hidden: 'transient' }]);
    isBroken = false;
    world().rename(file, 'healed');
    await syncExactly();
    expect(engine.rows('SELECT drives_hidden FROM store')).toEqual([{ drives_hidden: null }]);
  });

  test('a login that may not list drives still follows those that its files and log tell of', async () => {
    await cloud.close();
    cloud = await startEmulated({ corpus: { kind: 'seed', seed: 9, files: 50 }, scope: 'metadata' });
    engine.close();
    engine = createEngine(cloud.emulator, { drive: cloud.drive, now: () => clock });
    expect(await engine.sync()).toMatchObject({ state: 'completed' });
    expect(engine.rows('SELECT drives_hidden FROM store')).toEqual([{ drives_hidden: 'scope-insufficient' }]);
    world().addDrive({ name: 'New', files: 30 });
    await syncExactly();
    expect(engine.rows('SELECT count(*) AS n FROM source')).toEqual([{ n: 2 }]);
  });
});

describe('the removal guard', () => {
  beforeEach(async () => {
    // By function call: thousands of look-ups over HTTP would take seconds.
    engine.close();
    engine = createEngine(cloud.emulator, { now: () => clock });
    const folder = world().createFolder();
    for (let i = 0; i < 1_100; i++) world().createFile({ parent: folder });
    await syncExactly();
    world().remove(folder);
  });

  test('more than a thousand removals wait, and go through when they are accepted', async () => {
    expect(await engine.sync()).toMatchObject({ state: 'waiting' });
    expect(removed()).toBe(0);
    expect(await engine.sync()).toMatchObject({ state: 'waiting' });
    expect(await engine.sync({ resumed: true, acceptRemovals: true })).toMatchObject({ state: 'completed' });
    expect(removed()).toBe(1_101);
    expect(engine.differences()).toEqual([]);
    expect(sourceOf('user')).toMatchObject({ accepted: 0 });
  });

  test('another look asks for each file again', async () => {
    expect(await engine.sync()).toMatchObject({ state: 'waiting' });
    const before = engine.requests['files.get'] ?? 0;
    expect(await engine.sync({ resumed: true })).toMatchObject({ state: 'waiting' });
    expect(engine.requests['files.get']).toBe(before + 1_101);
  });
});

test('a young removal outlives a listing that does not know of it yet', async () => {
  const file = world().createFile();
  await syncExactly();
  world().remove(file);
  await syncExactly();
  clock += 1_000;
  const stale = {
    id: file,
    name: 'ghost',
    mimeType: 'text/plain',
    version: '99',
    trashed: false,
    ownedByMe: true,
  };
  cloud.emulator.failNext('files.list', {
    kind: 'patch',
    patch: ({ files, ...rest }) => ({ ...rest, files: [stale, ...(files as object[])] }),
  });
  expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
});

test('folders that others share are walked, whose children no listing shows', async () => {
  const shared = world().receiveFolder({ folders: 5, files: 40, listed: false });
  await syncAndWalkExactly();
  expect(
    engine.rows('SELECT count(*) AS n FROM files WHERE owned_by_me = 0')[0]?.['n'],
  ).toBeGreaterThanOrEqual(45);
  world().loseAccess(shared);
  await syncExactly();
  world().regainAccess(shared);
  await syncAndWalkExactly();
});

test('what crawls have left behind is forgotten, except for the last two of a source', async () => {
  for (let crawl = 0; crawl < 3; crawl++) {
    clock += 1_000;
    expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
  }
  // As a version that did not tidy up has left them.
  engine.rows('INSERT INTO seen (generation_pk, file_pk) SELECT 1, pk FROM file RETURNING file_pk');
  engine.rows(
    'INSERT INTO generation (pk, source_pk, opened_at, closed_at) VALUES (1, 1, 0, 1) ON CONFLICT DO NOTHING RETURNING pk',
  );
  engine.rows(
    "INSERT INTO item_error (generation_pk, kind, count, at) VALUES (0, 'no-id', 1, 0) RETURNING pk",
  );
  await syncExactly();
  expect(engine.rows('SELECT source_pk, count(*) AS n FROM generation GROUP BY source_pk')).toEqual([
    { source_pk: 1, n: 2 },
    { source_pk: 2, n: 2 },
  ]);
  expect(
    engine.rows('SELECT count(*) AS n FROM partition WHERE generation_pk NOT IN (SELECT pk FROM generation)'),
  ).toEqual([{ n: 0 }]);
  expect(
    engine.rows('SELECT (SELECT count(*) FROM seen) AS seen, (SELECT count(*) FROM item_error) AS errors'),
  ).toEqual([{ seen: 0, errors: 0 }]);
});
