/** The user's own files in folders of somebody else, and the other way round. */
import { startEmulated, type Emulated } from '../support/emulated';
import { createEngine, type Engine } from '../support/engine';

let cloud: Emulated;
let engine: Engine;

beforeEach(async () => {
  cloud = await startEmulated({ corpus: { kind: 'seed', seed: 8, files: 30 }, pageCap: 100 });
  engine = createEngine(cloud.emulator, { drive: cloud.drive });
});

afterEach(async () => {
  engine.close();
  await cloud.close();
});

async function syncExactly(): Promise<void> {
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(await engine.walk()).toMatchObject({ state: 'done' });
  expect(engine.differences()).toEqual([]);
}

test('in a folder that is lost follow what happens to a folder above it, although no listing shows them', async () => {
  const { world } = cloud.emulator;
  const own = world.createFolder();
  const others = world.receiveFolder({ folders: 0, files: 0, listed: true });
  world.move(others, own);
  const inner = world.createFolder({ parent: others });
  for (const parent of [inner, others]) world.createFile({ parent });
  await syncExactly();
  world.trash(own);
  await syncExactly();
  // Its owner has thrown it away too, which nobody else sees.
  world.trash(others);
  await syncExactly();
  expect(engine.rows(`SELECT removed_at IS NULL AS live FROM file WHERE id = '${others}'`)).toEqual([
    { live: 0 },
  ]);
  world.share(own, true);
  await syncExactly();
});

test.each([true, false])(
  'in the trash inherit the sharing of a folder above; with the walk: %s',
  async (walk) => {
    const { world } = cloud.emulator;
    const own = world.createFolder();
    const others = world.receiveFolder({ folders: 0, files: 0, listed: true });
    world.move(others, own);
    world.trash(world.createFile({ parent: others }));
    engine.store.changeSettings({ walk });
    await syncExactly();
    world.share(own, true);
    await syncExactly();
  },
);

/** A folder of the user, with a folder in it that holds a file of somebody else. */
function ownWithFilesOfOthers(): string {
  const { world } = cloud.emulator;
  const own = world.createFolder();
  const inner = world.createFolder({ parent: own });
  for (const parent of [own, inner]) world.move(world.receiveFile(), parent);
  return own;
}

function trashOfSomebodyElse(): string {
  const { world } = cloud.emulator;
  const others = world.receiveFolder({ folders: 0, files: 0, listed: false });
  world.trash(others);
  return others;
}

describe('a folder of the user that is now in the trash of somebody else', () => {
  test('no longer shows the files of others in it', async () => {
    const own = ownWithFilesOfOthers();
    await syncExactly();
    cloud.emulator.world.move(own, trashOfSomebodyElse());
    await syncExactly();
    expect(engine.rows('SELECT 1 FROM file WHERE removed_at IS NOT NULL')).toHaveLength(2);
  });

  test('no longer shows them if it was in the trash before', async () => {
    const own = ownWithFilesOfOthers();
    cloud.emulator.world.trash(own);
    await syncExactly();
    cloud.emulator.world.move(own, trashOfSomebodyElse());
    await syncExactly();
    expect(engine.rows('SELECT 1 FROM file WHERE removed_at IS NOT NULL')).toHaveLength(2);
  });
});

test("other people's files in the trash of the user are not looked up", async () => {
  const { world } = cloud.emulator;
  const own = world.createFolder();
  for (let count = 0; count < 20; count++) world.move(world.receiveFile(), own);
  await syncExactly();
  await syncExactly();
  const before = cloud.emulator.counts['files.get'] ?? 0;
  world.trash(own);
  await syncExactly();
  expect(cloud.emulator.counts['files.get'] ?? 0).toBe(before);
});
