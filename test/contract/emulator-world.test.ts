import { createEmulation, type DriveFile, type Emulation } from '../../emulator';
import {
  changePage,
  childrenOf,
  drain,
  driveItems,
  getFile,
  idsOf,
  listed,
  startToken,
} from './emulator-client';

describe('emulator: what happens in silence', () => {
  let emulation: Emulation;

  beforeEach(async () => {
    emulation = await createEmulation({
      corpus: { kind: 'seed', seed: 12, files: 200, drives: [{ name: 'One', files: 30 }] },
    });
  });

  function chain(): [string, string, string] {
    const { world } = emulation;
    const top = world.createFolder();
    const inner = world.createFolder({ parent: top });
    return [top, inner, world.createFile({ parent: inner })];
  }

  function states(ids: readonly string[]): [boolean | undefined, boolean | undefined][] {
    return ids.map((id) => {
      const file = getFile(emulation, id);
      return [file?.trashed, file?.explicitlyTrashed];
    });
  }

  function entriesOf(act: () => void): (string | undefined)[] {
    const token = startToken(emulation);
    act();
    return drain(emulation, token).changes.map(({ fileId }) => fileId);
  }

  test('a trashed folder takes what lies in it along, and gives back only what was not thrown away itself', () => {
    const { world } = emulation;
    const ids = chain();
    const [top, inner, leaf] = ids;
    const versions = ids.map((id) => getFile(emulation, id)?.version);
    expect(entriesOf(() => world.trash(top))).toEqual([top]);
    expect(states(ids)).toEqual([
      [true, true],
      [true, false],
      [true, false],
    ]);
    expect(getFile(emulation, leaf)?.version).toBe(versions[2]);
    expect(listed(emulation, { q: 'trashed = true' }).map(({ id }) => id)).toEqual(
      expect.arrayContaining(ids),
    );
    world.trash(inner);
    world.untrash(top);
    expect(states(ids)).toEqual([
      [false, false],
      [true, true],
      [true, false],
    ]);
    world.move(leaf, top);
    expect(states([leaf])).toEqual([[false, false]]);
    expect(entriesOf(() => world.move(top, world.createFolder()))).toContain(top);
    const bin = world.createFolder();
    world.trash(bin);
    world.move(top, bin);
    expect(states(ids)).toEqual([
      [true, false],
      [true, true],
      [true, false],
    ]);
    const late = world.createFile({ parent: top });
    expect(states([late])).toEqual([[true, false]]);
  });

  test('a folder with tens of thousands of files is trashed at once', () => {
    const { world } = emulation;
    const top = world.createFolder();
    const folders = Array.from({ length: 20 }, () => world.createFolder({ parent: top }));
    for (let i = 0; i < 20_000; i++) world.createFile({ parent: folders[i % 20] ?? top });
    expect(world.descendants(top)).toHaveLength(20_020);
    // CPU time, since other processes may use the machine.
    const before = process.cpuUsage();
    world.trash(top);
    world.untrash(top);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(1000);
  });

  test('only items of shared drives tell when they were trashed', () => {
    const { world } = emulation;
    const [item] = driveItems(emulation, world.drives()[0]?.id ?? '').filter(({ trashed }) => !trashed);
    const own = world.createFile();
    for (const id of [item?.id ?? '', own]) world.trash(id);
    expect(getFile(emulation, item?.id ?? '')).toHaveProperty('trashedTime');
    expect(getFile(emulation, own)).not.toHaveProperty('trashedTime');
    world.untrash(item?.id ?? '');
    expect(getFile(emulation, item?.id ?? '')).not.toHaveProperty('trashedTime');
  });

  test('what a folder is shared with reaches everything below it while it lies there', () => {
    const { world } = emulation;
    const [top, inner, leaf] = chain();
    const isPrivate = { shared: false, permissionIds: [expect.any(String) as string] };
    expect(entriesOf(() => world.share(top, true))).toEqual([top]);
    for (const id of [top, inner, leaf]) {
      expect(getFile(emulation, id)).toMatchObject({ shared: true, ownedByMe: true });
      expect(getFile(emulation, id)?.permissions).toHaveLength(2);
      expect(getFile(emulation, id)?.permissionIds).toHaveLength(2);
    }
    world.move(leaf, world.rootId);
    expect(getFile(emulation, leaf)).toMatchObject(isPrivate);
    expect(entriesOf(() => world.share(top, false))).toEqual([top]);
    expect(getFile(emulation, inner)).toMatchObject(isPrivate);
  });

  test('a folder cannot be moved into itself', () => {
    const { world } = emulation;
    const [top, inner] = chain();
    expect(() => world.move(top, inner)).toThrow('is in it');
    expect(() => world.move(top, top)).toThrow();
    expect(() => world.move(world.rootId, top)).toThrow('root');
    expect(() => world.rename('nobody', 'x')).toThrow('does not exist');
  });

  test.each([true, false])(
    'a folder of somebody else arrives with what is in it (listed: %s)',
    (areListed) => {
      const { world } = emulation;
      let folder = '';
      const entries = entriesOf(() => {
        folder = world.receiveFolder({ name: 'Theirs', folders: 8, files: 20, listed: areListed });
      });
      expect(entries).toEqual([folder]);
      expect(getFile(emulation, folder)).toMatchObject({ name: 'Theirs', ownedByMe: false });
      expect(getFile(emulation, folder)).toHaveProperty('sharedWithMeTime');
      expect(getFile(emulation, folder)).not.toHaveProperty('parents');
      const below = world.descendants(folder);
      expect(below).toHaveLength(28);
      const flat = new Set(listed(emulation).map(({ id }) => id));
      expect(flat.has(folder)).toBe(true);
      expect(below.filter((id) => flat.has(id))).toHaveLength(areListed ? 28 : 0);
      const walked: DriveFile[] = [];
      const walk = (id: string): void => {
        for (const child of childrenOf(emulation, id)) {
          walked.push(child);
          walk(child.id);
        }
      };
      walk(folder);
      expect(idsOf(walked)).toEqual(below.toSorted());
      expect(walked.every(({ ownedByMe }) => ownedByMe === false)).toBe(true);
      expect(walked.filter((file) => 'sharedWithMeTime' in file)).toEqual([]);
      expect([...emulation.truth()].filter(({ id }) => below.includes(id))).toHaveLength(28);
      let added = '';
      const later = entriesOf(() => {
        added = world.createFile({ parent: folder });
      });
      expect(later).toEqual(areListed ? [added] : []);
    },
  );

  test('lost access takes everything below along, and comes back as it went', () => {
    const { world } = emulation;
    const folder = world.receiveFolder({ folders: 3, files: 9, listed: true });
    const file = world.receiveFile({ name: 'Single' });
    const below = world.descendants(folder);
    const before = emulation.fileCount;
    const token = startToken(emulation);
    world.loseAccess(folder);
    world.loseAccess(file);
    expect(changePage(emulation, token, { includeCorpusRemovals: 'true' }).changes).toMatchObject([
      { fileId: folder, removed: true },
      { fileId: file, removed: true },
    ]);
    for (const id of [folder, file, ...below]) expect(getFile(emulation, id)).toBeUndefined();
    expect(childrenOf(emulation, folder)).toEqual([]);
    expect(emulation.fileCount).toBe(before - 14);
    expect(entriesOf(() => world.regainAccess(folder))).toEqual([folder]);
    expect(childrenOf(emulation, folder).length).toBeGreaterThan(0);
    expect(emulation.fileCount).toBe(before - 1);
  });

  test.each([true, false])('everything can go at once (silently: %s)', (silent) => {
    const { world } = emulation;
    const own = [...emulation.truth()].filter(({ ownedByMe }) => ownedByMe === true);
    const others = [...emulation.truth()].filter(({ ownedByMe }) => ownedByMe === false);
    const token = startToken(emulation);
    world.loseEverything({ silent });
    expect(idsOf(listed(emulation))).toEqual(idsOf(others));
    expect(getFile(emulation, own[0]?.id ?? '')).toBeUndefined();
    const { changes } = drain(emulation, token);
    expect(changes.filter(({ removed }) => removed)).toHaveLength(silent ? 0 : own.length);
    world.regainEverything({ silent });
    expect(idsOf(listed(emulation))).toEqual(idsOf([...own, ...others]));
  });
});

describe('emulator: listings that lag', () => {
  test('they show a changed file as it was, while the file itself and the log are up to date', async () => {
    let now = 1_760_000_000_000;
    const emulation = await createEmulation({
      corpus: { kind: 'seed', seed: 12, files: 50, drives: [{ name: 'One', files: 10 }] },
      listLagMs: 5000,
      now: () => now,
    });
    const { world } = emulation;
    expect(listed(emulation)).toHaveLength(50);
    expect(driveItems(emulation, world.drives()[0]?.id ?? '')).toHaveLength(10);
    const token = startToken(emulation);
    const folder = world.createFolder();
    now += 10_000;
    const file = world.createFile({ parent: folder, name: 'old' });
    expect(childrenOf(emulation, folder)).toEqual([]);
    now += 5000;
    expect(childrenOf(emulation, folder)).toMatchObject([{ id: file, name: 'old' }]);
    world.rename(file, 'new');
    world.edit(file);
    world.trash(folder);
    const seen = (): DriveFile | undefined =>
      listed(emulation, { orderBy: 'modifiedTime desc' }).find(({ id }) => id === file);
    expect(seen()).toMatchObject({ name: 'old', trashed: false });
    expect(getFile(emulation, file)).toMatchObject({ name: 'new', trashed: true });
    expect(drain(emulation, token).changes.at(-1)).toMatchObject({ fileId: folder });
    now += 4999;
    expect(seen()).toMatchObject({ name: 'old' });
    now += 1;
    expect(seen()).toEqual(getFile(emulation, file));
    world.remove(file);
    expect(seen()).toMatchObject({ name: 'new' });
    now += 5000;
    expect(seen()).toBeUndefined();
    expect(idsOf(listed(emulation))).toEqual(
      idsOf([...emulation.truth()].filter(({ driveId }) => driveId === undefined)),
    );
  });
});
