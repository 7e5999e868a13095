/** Files and folders that lie in several folders. Google does not say what then follows from them: the copy is exact either way. */
import { createEmulation, type Emulation } from '../../emulator';
import { createEngine, type Engine } from '../support/engine';

const MANY = 50;
let clock: number;
let cloud: Emulation;
let engine: Engine;

const world = () => cloud.world;

async function syncExactly(): Promise<void> {
  // So that nothing is so new that folders are listed again for that alone.
  clock += 3_600_000;
  expect(await engine.sync()).toMatchObject({ state: 'completed' });
  expect(engine.differences()).toEqual([]);
}

/** How many files a sync asked for, when nothing was asked for lately that would be asked for again. */
async function filesAsked(): Promise<number> {
  const before = engine.requests['files.get'] ?? 0;
  await syncExactly();
  const asked = (engine.requests['files.get'] ?? 0) - before;
  for (let times = 0; times < 2; times++) await syncExactly();
  return asked;
}

/** Two folders below folders of their own, and what lies in both: files, and a folder with a tree below it. */
interface Scene {
  above: [string, string];
  first: string;
  second: string;
  files: string[];
  /** A folder in both, a folder in that, and a file in that. */
  tree: [string, string, string];
  /** A folder that is in the trash. */
  bin: string;
}

function build(): Scene {
  const above: Scene['above'] = [world().createFolder(), world().createFolder()];
  const [first, second] = above.map((parent) => world().createFolder({ parent })) as [string, string];
  const files = Array.from({ length: MANY }, () => world().createFile({ parent: first }));
  const shared = world().createFolder({ parent: first });
  const inner = world().createFolder({ parent: shared });
  const tree: Scene['tree'] = [shared, inner, world().createFile({ parent: inner })];
  for (const id of [...files, shared]) world().addParent(id, second);
  const bin = world().createFolder();
  world().trash(bin);
  return { above, first, second, files, tree, bin };
}

type Act = (scene: Scene) => void;

const HISTORIES: [name: string, ...acts: Act[]][] = [
  [
    'the second folder is trashed, restored and deleted',
    ({ second }) => world().trash(second),
    ({ second }) => world().untrash(second),
    ({ second }) => world().remove(second),
  ],
  [
    'the first folder is trashed, restored and deleted',
    ({ first }) => world().trash(first),
    ({ first }) => world().untrash(first),
    ({ first }) => world().remove(first),
  ],
  [
    'a folder above the second one is trashed, restored and deleted',
    ({ above }) => world().trash(above[1]),
    ({ above }) => world().untrash(above[1]),
    ({ above }) => world().remove(above[1]),
  ],
  [
    'one folder after the other is trashed, and restored',
    ({ first }) => world().trash(first),
    ({ second }) => world().trash(second),
    ({ first }) => world().untrash(first),
    ({ second }) => world().untrash(second),
  ],
  [
    'both folders are trashed at once, and restored at once',
    ({ first, second }) => [first, second].forEach((id) => world().trash(id)),
    ({ first, second }) => [first, second].forEach((id) => world().untrash(id)),
  ],
  [
    'one folder is restored while the other is trashed',
    ({ first }) => world().trash(first),
    ({ first, second }) => {
      world().untrash(first);
      world().trash(second);
    },
  ],
  [
    'both folders are deleted at once',
    ({ first, second }) => [first, second].forEach((id) => world().remove(id)),
  ],
  [
    'one folder is deleted while the other is trashed',
    ({ first }) => world().trash(first),
    ({ second }) => world().remove(second),
    ({ first }) => world().untrash(first),
  ],
  [
    'the second folder is moved into the trash',
    ({ second, bin }) => world().move(second, bin),
    ({ bin }) => world().untrash(bin),
  ],
  [
    'files are put into a third folder that is in the trash, and taken out again',
    ({ files, tree, bin }) => [...files, tree[0]].forEach((id) => world().addParent(id, bin)),
    ({ files, tree, bin }) => [...files, tree[0]].forEach((id) => world().removeParent(id, bin)),
  ],
  [
    'files are taken out of a folder that is trashed at once',
    ({ files, tree, second }) => {
      [...files, tree[0]].forEach((id) => world().removeParent(id, second));
      world().trash(second);
    },
  ],
  [
    'files of a trashed folder are taken out of the other one',
    ({ second }) => world().trash(second),
    ({ files, tree, first }) => [...files, tree[0]].forEach((id) => world().removeParent(id, first)),
    ({ second }) => world().untrash(second),
  ],
  [
    'what lies in both is trashed itself, and then the folders',
    ({ files, tree }) => [files[0]!, tree[0]].forEach((id) => world().trash(id)),
    ({ second }) => world().trash(second),
    ({ first }) => world().trash(first),
    ({ files, tree }) => [files[0]!, tree[0]].forEach((id) => world().untrash(id)),
    ({ first }) => world().untrash(first),
  ],
  [
    'something is new below what lies in both',
    ({ second }) => world().trash(second),
    ({ tree, second }) => {
      world().createFile({ parent: tree[1] });
      world().untrash(second);
    },
    ({ second }) => world().remove(second),
  ],
  [
    'a folder of somebody else holds them too, to which access comes and goes',
    ({ files, tree }) => {
      const theirs = world().receiveFolder({ name: 'Theirs', folders: 0, files: 0, listed: true });
      [...files, tree[0]].forEach((id) => world().addParent(id, theirs));
    },
    () => world().loseAccess(idOf('Theirs')),
    ({ first }) => world().trash(first),
    ({ second }) => world().trash(second),
    () => world().regainAccess(idOf('Theirs')),
    ({ first, second }) => [first, second].forEach((id) => world().untrash(id)),
  ],
  [
    'the second folder is shared, and private again',
    ({ second }) => world().share(second, true),
    ({ second }) => world().share(second, false),
  ],
];

function idOf(name: string): string {
  const id = world()
    .ids({ folders: true })
    .find((each) => world().file(each)?.name === name);
  return id ?? String(engine.rows(`SELECT id FROM file WHERE name = '${name}'`)[0]?.['id']);
}

describe.each(['any', 'all'] as const)('where %s of its folders decide about a file', (severalParents) => {
  let scene: Scene;

  beforeEach(async () => {
    clock = Date.UTC(2026, 5, 1);
    cloud = await createEmulation({
      corpus: { kind: 'seed', seed: 5, files: 30 },
      severalParents,
      now: () => clock,
      pageCap: 40,
    });
    engine = createEngine(cloud, { now: () => clock });
    scene = build();
    // The first crawl's folders are listed once more by the next sync; then the work on folders is alone.
    for (let times = 0; times < 3; times++) await syncExactly();
  });
  afterEach(() => engine.close());

  test.each(HISTORIES)('%s', async (_, ...acts) => {
    for (const act of acts) {
      act(scene);
      await syncExactly();
    }
    expect(await engine.sync({ full: true })).toMatchObject({ state: 'completed' });
    expect(engine.rows('SELECT sum(added + changed + removed) AS n FROM generation')).toEqual([{ n: 0 }]);
  });

  test('what all folders agree on is computed, and Drive is asked where they do not', async () => {
    const { first, second, tree } = scene;
    world().trash(second);
    expect(await filesAsked()).toBe(MANY + 1);
    world().trash(first);
    expect(await filesAsked()).toBe(0);
    world().untrash(first);
    world().untrash(second);
    expect(await filesAsked()).toBe(0);
    // Below that folder everything has one parent.
    world().trash(tree[0]);
    expect(await filesAsked()).toBe(0);
  });

  test('a removal that follows from a folder is told as such, whichever of the folders it is', async () => {
    const { first, second, files } = scene;
    world().remove(second);
    await syncExactly();
    world().remove(first);
    await syncExactly();
    const told = engine.rows("SELECT id, inherited FROM history WHERE kind = 'removed'");
    const byId = new Map(told.map(({ id, inherited }) => [id, inherited]));
    expect(files.map((id) => byId.get(id))).toEqual(files.map(() => 1));
    expect([byId.get(first), byId.get(second)]).toEqual([0, 0]);
  });
});
