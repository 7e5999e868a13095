/** The user's own files in a folder of somebody else that the user does not see any more. */
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

test('follow what happens to a folder above the lost one, although no listing shows them', async () => {
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
