import { createEmulation, type Emulation, type EmulatorOptions } from '../../emulator';
import { childrenOf, drain, getFile, idsOf, listed, startToken, WITH_DRIVES } from './emulator-client';

const USER = '04152637485960718293';
const TREE = { folders: 4, files: 10, listed: true };

describe('emulator: folders of others', () => {
  let emulation: Emulation;

  beforeEach(async () => {
    emulation = await createEmulation({ corpus: { kind: 'seed', seed: 21, files: 50 } });
  });

  function entriesOf(act: () => void): (string | undefined)[] {
    const token = startToken(emulation);
    act();
    return drain(emulation, token).changes.map(({ fileId }) => fileId);
  }

  function isListed(id: string): boolean {
    return listed(emulation).some((file) => file.id === id);
  }

  test.each([
    ['direct', USER],
    ['group', expect.stringMatching(/^\d{20}$/)],
    ['domain', expect.stringMatching(/^\d{20}k$/)],
    ['link', 'anyoneWithLink'],
  ] as const)('what is shared by %s says so, and what lies in it too', (access, permissionId) => {
    const { world } = emulation;
    const folder = world.receiveFolder({ ...TREE, access });
    const [owner] = getFile(emulation, folder)?.owners ?? [];
    const permissionIds = [owner?.permissionId, permissionId];
    for (const id of [folder, ...world.descendants(folder)]) {
      expect(getFile(emulation, id)).toMatchObject({ permissionIds, ownedByMe: false, shared: true });
      expect(getFile(emulation, id)).not.toHaveProperty('permissions');
    }
    const isNamed = access === 'direct' || access === 'group';
    expect('sharedWithMeTime' in (getFile(emulation, folder) ?? {})).toBe(isNamed);
  });

  test('what happens below a folder that is shared by link shows in no flat listing and in no log', () => {
    const { world } = emulation;
    const folder = world.receiveFolder({ ...TREE, access: 'link', listed: false });
    const [inner = '', other = ''] = world.descendants(folder);
    let added = '';
    const entries = entriesOf(() => {
      added = world.createFile({ parent: inner });
      world.rename(added, 'another name');
      world.move(added, other);
      world.trash(added);
      world.untrash(added);
      world.remove(world.createFile({ parent: folder }));
    });
    expect(entries).toEqual([]);
    expect(isListed(added)).toBe(false);
    expect(childrenOf(emulation, other)).toContainEqual(getFile(emulation, added));
    expect(getFile(emulation, added)).toMatchObject({ name: 'another name', ownedByMe: false });
    expect(entriesOf(() => world.rename(folder, 'top'))).toEqual([folder]);
  });

  test('an inner folder shows after the user has opened it, and what lies in it still does not', () => {
    const { world } = emulation;
    const folder = world.receiveFolder({ ...TREE, access: 'link', listed: false });
    const inner = childrenOf(emulation, folder).find(({ id }) => world.descendants(id).length > 0)?.id ?? '';
    expect(isListed(inner)).toBe(false);
    expect(entriesOf(() => world.view(inner))).toEqual([inner]);
    expect(isListed(inner)).toBe(true);
    expect(world.descendants(inner).filter((id) => isListed(id))).toEqual([]);
    expect(entriesOf(() => world.createFile({ parent: inner }))).toEqual([]);
  });

  test('a folder can begin to hide what is new in it', () => {
    const { world } = emulation;
    const folder = world.receiveFolder(TREE);
    const before = world.descendants(folder);
    world.hideNewFiles(folder);
    let added = '';
    expect(entriesOf(() => (added = world.createFile({ parent: folder })))).toEqual([]);
    expect([...before, added].filter((id) => !isListed(id))).toEqual([added]);
    expect(getFile(emulation, added)).toMatchObject({ ownedByMe: false });
  });

  test('a folder that is shared by itself within a hidden one is listed, and is kept when the other is lost', () => {
    const { world } = emulation;
    const outer = world.receiveFolder({ ...TREE, access: 'link', listed: false });
    let inner = '';
    const entries = entriesOf(() => {
      inner = world.receiveFolder({ ...TREE, parent: outer, name: 'Inner' });
    });
    expect(entries).toEqual([inner]);
    const [mine, theirs] = [inner, outer].map((id) => getFile(emulation, id)?.owners?.[0]?.permissionId);
    expect(mine).not.toBe(theirs);
    expect(childrenOf(emulation, outer)).toContainEqual(getFile(emulation, inner));
    const below = world.descendants(inner);
    expect([inner, ...below].filter((id) => !isListed(id))).toEqual([]);
    world.loseAccess(outer);
    expect(getFile(emulation, outer)).toBeUndefined();
    expect(getFile(emulation, inner)).not.toHaveProperty('parents');
    expect(below.filter((id) => getFile(emulation, id) === undefined)).toEqual([]);
    world.regainAccess(outer);
    expect(getFile(emulation, inner)).toMatchObject({ parents: [outer] });
  });

  test('two folders may lie in each other', () => {
    const { world } = emulation;
    const before = emulation.fileCount;
    const [outer, inner] = world.receiveCycle();
    expect(emulation.fileCount).toBe(before + 4);
    expect(childrenOf(emulation, outer).map(({ id }) => id)).toContain(inner);
    expect(childrenOf(emulation, inner).map(({ id }) => id)).toContain(outer);
    expect(world.descendants(outer)).toHaveLength(3);
    expect(idsOf(listed(emulation))).toEqual(idsOf(emulation.truth()));
    world.trash(outer);
    expect(emulation.fileCount).toBe(before);
    world.untrash(outer);
    expect(emulation.fileCount).toBe(before + 4);
    expect([...emulation.truth()].filter(({ trashed, ownedByMe }) => trashed && ownedByMe === false)).toEqual(
      [],
    );
  });

  test('old trees have times of the last ten years', () => {
    const { world } = emulation;
    const folder = world.receiveFolder({ folders: 50, files: 150, listed: true, old: true });
    const times = [folder, ...world.descendants(folder)].map((id) =>
      Date.parse(getFile(emulation, id)?.modifiedTime ?? ''),
    );
    expect(new Set(times).size).toBe(201);
    const years = times.map((time) => (Date.now() - time) / (365 * 86_400_000));
    expect(Math.min(...years)).toBeGreaterThan(0);
    expect(Math.max(...years)).toBeLessThan(10);
    expect(years.filter((age) => age > 5).length).toBeGreaterThan(50);
  });

  test('a file may lie in several folders, and any of them takes it into the trash', () => {
    const { world } = emulation;
    const [first, second] = [world.createFolder(), world.createFolder()];
    const file = world.createFile({ parent: first });
    expect(entriesOf(() => world.addParent(file, second))).toEqual([file]);
    expect(getFile(emulation, file)).toMatchObject({ parents: [first, second] });
    expect(childrenOf(emulation, second).map(({ id }) => id)).toEqual([file]);
    expect(entriesOf(() => world.trash(second))).toEqual([second]);
    expect(getFile(emulation, file)).toMatchObject({ trashed: true, explicitlyTrashed: false });
    world.removeParent(file, second);
    expect(getFile(emulation, file)).toMatchObject({ parents: [first], trashed: false });
    expect(childrenOf(emulation, second)).toEqual([]);
  });
});

async function trashedTree(
  options: EmulatorOptions,
): Promise<{ emulation: Emulation; folder: string; token: string; own: string; below: string[] }> {
  const emulation = await createEmulation({ corpus: { kind: 'seed', seed: 21, files: 50 }, ...options });
  const { world } = emulation;
  const folder = world.receiveFolder(TREE);
  const below = world.descendants(folder);
  const own = world.createFile({ parent: folder });
  const token = startToken(emulation);
  world.trash(folder);
  return { emulation, folder, token, own, below };
}

function inTrash(emulation: Emulation, folder: string): string[] {
  return idsOf(listed(emulation, { ...WITH_DRIVES, q: `'${folder}' in parents and trashed = true` }));
}

describe('emulator: the trash of others', () => {
  test('is gone for the user until they take it back', async () => {
    const { emulation, folder, token, own, below } = await trashedTree({});
    for (const id of [folder, ...below]) expect(getFile(emulation, id)).toBeUndefined();
    expect(drain(emulation, token).changes).toMatchObject([{ fileId: folder, removed: true }]);
    expect(inTrash(emulation, folder)).toEqual([]);
    const seen = new Set([...listed(emulation), ...emulation.truth()].map(({ id }) => id));
    expect(below.filter((id) => seen.has(id))).toEqual([]);
    expect(getFile(emulation, own)).toMatchObject({ trashed: true, ownedByMe: true });
    emulation.world.untrash(folder);
    expect(drain(emulation, token).changes).toMatchObject([{ fileId: folder, removed: false }]);
    expect(idsOf(listed(emulation))).toEqual(idsOf(emulation.truth()));
    expect(below.filter((id) => getFile(emulation, id) === undefined)).toEqual([]);
  });

  test('gives a listing of their folder nothing either while the folder itself is not trashed', async () => {
    const emulation = await createEmulation({ corpus: { kind: 'seed', seed: 21, files: 50 } });
    const { world } = emulation;
    const folder = world.receiveFolder({ ...TREE, listed: false });
    const [file = ''] = childrenOf(emulation, folder).map(({ id }) => id);
    world.trash(file);
    expect(inTrash(emulation, folder)).toEqual([]);
    expect(getFile(emulation, file)).toBeUndefined();
  });

  test('shows what they own in a folder that the user has thrown away', async () => {
    const emulation = await createEmulation({ corpus: { kind: 'seed', seed: 21, files: 50 } });
    const { world } = emulation;
    const folder = world.createFolder();
    const theirs = world.receiveFile();
    world.move(theirs, folder);
    world.trash(folder);
    expect(getFile(emulation, theirs)).toMatchObject({ trashed: true, ownedByMe: false });
  });

  test('is listed as trashed by a Drive that shows it', async () => {
    const { emulation, folder, token, below } = await trashedTree({ othersTrash: 'shown' });
    expect(getFile(emulation, folder)).toMatchObject({ trashed: true, explicitlyTrashed: true });
    expect(drain(emulation, token).changes).toMatchObject([{ fileId: folder, removed: false }]);
    expect(inTrash(emulation, folder).length).toBeGreaterThan(0);
    expect(idsOf(listed(emulation, { q: 'trashed = true' }))).toEqual(expect.arrayContaining(below));
  });
});
