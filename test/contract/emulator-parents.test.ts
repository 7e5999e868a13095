/** The emulator: files that lie in several folders, as people could have them until 2020. */
import { createEmulation, type Emulation } from '../../emulator';
import { childrenOf, drain, getFile, startToken } from './emulator-client';

let emulation: Emulation;
const world = () => emulation.world;
const parentsOf = (id: string) => getFile(emulation, id)?.parents;
const isTrashed = (id: string) => getFile(emulation, id)?.trashed;

async function start(severalParents: 'any' | 'all'): Promise<void> {
  const corpus = { kind: 'seed', seed: 12, files: 50, drives: [{ name: 'One', files: 5 }] } as const;
  emulation = await createEmulation({ corpus, severalParents });
}

/** Two folders, a folder that lies in both, and a file in that. */
function scene(): [string, string, string, string] {
  const [first, second] = [world().createFolder(), world().createFolder()];
  const shared = world().createFolder({ parent: first });
  world().addParent(shared, second);
  return [first, second, shared, world().createFile({ parent: shared })];
}

describe.each(['any', 'all'] as const)('with %s of its folders', (rule) => {
  beforeEach(() => start(rule));

  test('a file is in the trash', () => {
    const [first, second, shared, inside] = scene();
    world().trash(second);
    expect([isTrashed(shared), isTrashed(inside)]).toEqual([rule === 'any', rule === 'any']);
    world().trash(first);
    expect([isTrashed(shared), isTrashed(inside)]).toEqual([true, true]);
    world().untrash(second);
    expect([isTrashed(shared), isTrashed(inside)]).toEqual([rule === 'any', rule === 'any']);
    world().untrash(first);
    world().trash(shared);
    expect([isTrashed(shared), isTrashed(inside)]).toEqual([true, true]);
  });

  test('a file is deleted, and one that outlives a folder lies in the others alone', () => {
    const [first, second, shared, inside] = scene();
    const { version } = getFile(emulation, shared)!;
    const token = startToken(emulation);
    world().remove(second);
    expect(drain(emulation, token).changes.map(({ fileId }) => fileId)).toEqual([second]);
    expect([parentsOf(shared), parentsOf(inside)]).toEqual(
      rule === 'any' ? [undefined, undefined] : [[first], [shared]],
    );
    if (rule === 'any') return;
    expect(getFile(emulation, shared)?.version).toBe(version);
    world().remove(first);
    expect([getFile(emulation, shared), getFile(emulation, inside)]).toEqual([undefined, undefined]);
  });

  test('access is lost and comes back', () => {
    const theirs = ['One', 'Two'].map((name) =>
      world().receiveFolder({ name, folders: 0, files: 0, listed: true }),
    ) as [string, string];
    const mine = world().createFile({ parent: theirs[0] });
    world().addParent(mine, theirs[1]);
    const reached = () => getFile(emulation, mine) !== undefined;
    world().loseAccess(theirs[0]);
    expect(reached()).toBe(rule === 'all');
    world().loseAccess(theirs[1]);
    expect(reached()).toBe(false);
    world().regainAccess(theirs[0]);
    expect(reached()).toBe(rule === 'all');
    world().regainAccess(theirs[1]);
    expect(reached()).toBe(true);
  });
});

describe('a file in several folders', () => {
  beforeEach(() => start('any'));

  test('shows in each of them, and an entry tells when it comes into one or leaves one', () => {
    const [first, second, shared] = scene();
    expect(parentsOf(shared)).toEqual([first, second]);
    for (const id of [first, second])
      expect(childrenOf(emulation, id).map((file) => file.id)).toEqual([shared]);
    const token = startToken(emulation);
    world().removeParent(shared, first);
    expect(drain(emulation, token).changes.map(({ fileId }) => fileId)).toEqual([shared]);
    expect(parentsOf(shared)).toEqual([second]);
    expect(childrenOf(emulation, first)).toEqual([]);
    world().removeParent(shared, second);
    expect(parentsOf(shared)).toBeUndefined();
  });

  test('has whoever has access to any of them', () => {
    const [, second, shared, inside] = scene();
    world().share(second, true);
    for (const id of [shared, inside]) expect(getFile(emulation, id)).toMatchObject({ shared: true });
  });

  test('moves out of all of them, and into a shared drive without the folders that stay', () => {
    const [first, second, shared, inside] = scene();
    world().addParent(inside, first);
    world().move(shared, world().drives()[0]!.id);
    expect(parentsOf(shared)).toEqual([world().drives()[0]!.id]);
    expect(parentsOf(inside)).toEqual([shared]);
    for (const id of [first, second]) expect(childrenOf(emulation, id)).toEqual([]);
  });

  test('cannot lie in itself, in a folder twice, or in several folders of a shared drive', () => {
    const [first, , shared] = scene();
    const drive = world().drives()[0]!.id;
    const inDrive = world().createFile({ driveId: drive });
    expect(() => world().addParent(first, shared)).toThrow('is in it');
    expect(() => world().addParent(shared, first)).toThrow('already');
    expect(() => world().addParent(inDrive, first)).toThrow('shared drive');
    expect(() => world().addParent(shared, drive)).toThrow('shared drive');
    expect(() => world().addParent(world().rootId, first)).toThrow('root');
    expect(() => world().removeParent(shared, world().rootId)).toThrow('is not in');
  });
});
