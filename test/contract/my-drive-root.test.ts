/** Which folder is the root of My Drive: Drive says so, and no other folder is ever taken for it. */
import type { DriveClient } from '../../src/drive/client';
import { createEmulation, type Emulation } from '../../emulator';
import { createEngine, directClient, type Engine } from '../support/engine';

let clock: number;
let cloud: Emulation;
let engine: Engine;
/** A folder of the user's that lies in no folder, and a file in it. */
let orphan: string;
let child: string;

const world = () => cloud.world;
const root = () => engine.rows("SELECT root_id FROM source WHERE id = 'user'")[0]?.['root_id'];
const rowsOf = (id: string) =>
  engine.rows(`SELECT count(*) AS n FROM file WHERE id = '${id}' AND removed_at IS NULL`)[0]?.['n'];

async function syncExactly(options: { full?: boolean } = {}): Promise<void> {
  clock += 60_000;
  expect(await engine.sync(options)).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
  expect(root()).toBe(world().rootId);
  expect(rowsOf(world().rootId)).toBe(0);
}

beforeEach(async () => {
  clock = Date.UTC(2026, 5, 1);
  cloud = await createEmulation({ corpus: { kind: 'seed', seed: 5, files: 30 }, now: () => clock });
  engine = createEngine(cloud, { now: () => clock });
  orphan = world().createFolder();
  child = world().createFile({ parent: orphan });
  world().removeParent(orphan, world().rootId);
  await syncExactly();
});
afterEach(() => engine.close());

test('a folder without a folder that was gone and is back without an entry is a row again, and not the root', async () => {
  world().loseEverything({ silent: false });
  await syncExactly();
  world().regainEverything({ silent: true });
  await syncExactly({ full: true });
  expect([rowsOf(orphan), rowsOf(child)]).toEqual([1, 1]);
});

test('an answer on the root itself, or on a folder without a folder that was not known, changes no root', async () => {
  engine.rows(`DELETE FROM file WHERE id = '${orphan}' RETURNING id`);
  for (const id of [orphan, world().rootId])
    engine.rows(
      `INSERT INTO candidate (file_id, source_pk, verdict, cause) VALUES ('${id}', 1, 'open', 'checked') RETURNING file_id`,
    );
  await syncExactly();
});

test('a store in which another folder was taken for the root mends itself, and gets back that folder', async () => {
  engine.rows(`DELETE FROM file WHERE id = '${orphan}' RETURNING id`);
  engine.rows(`UPDATE source SET root_id = '${orphan}', root_asked = 0 WHERE id = 'user' RETURNING pk`);
  await syncExactly();
});

test('Drive is asked once in the life of a store, and again as long as it does not say', async () => {
  const asked = (): number => engine.requests['files.get'] ?? 0;
  const before = asked();
  await syncExactly();
  expect(asked()).toBe(before);
  engine.close();
  let isSilent = true;
  const drive = directClient(cloud, { now: () => clock });
  const silent: DriveClient = { ...drive, rootId: async () => (isSilent ? undefined : drive.rootId()) };
  engine = createEngine(cloud, { drive: silent, now: () => clock });
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(root()).toBeNull();
  isSilent = false;
  await syncExactly();
});
