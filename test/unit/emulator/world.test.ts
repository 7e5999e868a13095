import * as fc from 'fast-check';
import { createEmulation, type Account, type Emulation } from '../../../emulator';
import { fractions, idsOf, listed, WITH_DRIVES, driveItems, getFile } from '../../contract/emulator-client';
import { NaiveClient, type Seen } from './naive-client';

const SEEDS = fc.nat(1_000_000);

async function smallEmulation(seed: number, pageCap: number): Promise<Emulation> {
  return createEmulation({
    corpus: {
      kind: 'seed',
      seed,
      files: 40,
      drives: [
        { name: 'One', files: 12 },
        { name: 'Two', files: 0 },
      ],
    },
    pageCap,
  });
}

function truthOf(account: Account): Map<string, Seen> {
  return new Map(
    Array.from(account.truth(), ({ id, name, parents = [], trashed }) => [id, { name, parents, trashed }]),
  );
}

function plain(view: Map<string, Seen>): [string, Seen][] {
  return [...view].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

describe('emulator: a Drive that changes', () => {
  test.each([
    ['changes of files', false],
    ['changes of files and of access', true],
  ])('a naive client agrees with the truth after random %s', async (_, access) => {
    await fc.assert(
      fc.asyncProperty(SEEDS, fc.nat(60), fc.constantFrom(1, 7, 460), async (seed, steps, pageCap) => {
        const emulation = await smallEmulation(seed, pageCap);
        const random = fractions(seed);
        const mutate = (count: number): void => {
          for (let i = 0; i < count; i++) emulation.world.mutate(random, { access });
        };
        const client = new NaiveClient(emulation);
        mutate(steps);
        client.crawl(() => mutate(3));
        for (let round = 0; round < 3; round++) {
          client.follow();
          // What one log led to may stand in another that was read before.
          client.follow();
          expect(plain(client.view())).toEqual(plain(truthOf(emulation)));
          mutate(steps);
        }
      }),
      // Somebody else's file in a folder of the user, below a folder that somebody else trashed.
      { numRuns: 20, examples: access ? [[824_771, 22, 1]] : [] },
    );
  });

  test('the truth is what the API gives, file by file and in all listings together', async () => {
    await fc.assert(
      fc.asyncProperty(SEEDS, fc.nat(200), async (seed, steps) => {
        const emulation = await smallEmulation(seed, 460);
        const random = fractions(seed);
        for (let i = 0; i < steps; i++) emulation.world.mutate(random);
        const truth = [...emulation.truth()];
        expect(emulation.fileCount).toBe(truth.length);
        for (const file of truth) expect(getFile(emulation, file.id)).toEqual(file);
        const found = [
          ...listed(emulation, { q: 'trashed = false' }),
          ...listed(emulation, { q: 'trashed = true' }),
          ...emulation.world.drives().flatMap(({ id }) => driveItems(emulation, id)),
        ];
        expect(found.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toEqual(
          truth.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
        );
      }),
      { numRuns: 20 },
    );
  });

  test.each(['modifiedTime desc', 'modifiedTime', 'name', ''])(
    'pages in the order "%s" have every file once, in order, however the Drive has changed',
    async (orderBy) => {
      await fc.assert(
        fc.asyncProperty(SEEDS, fc.nat(200), fc.integer({ min: 1, max: 9 }), async (seed, steps, size) => {
          let now = 1_760_000_000_000;
          const emulation = await createEmulation({
            corpus: { kind: 'seed', seed, files: 40, hostile: true, drives: [{ name: 'One', files: 10 }] },
            now: () => now,
          });
          const random = fractions(seed);
          for (let i = 0; i < steps; i++) {
            // Half of the changes happen at the same instant as another.
            now += Math.floor(random() * 2);
            emulation.world.mutate(random);
          }
          const params = { ...WITH_DRIVES, corpora: 'allDrives', orderBy };
          const files = listed(emulation, { ...params, pageSize: String(size) });
          expect(idsOf(files)).toEqual(idsOf(emulation.truth()));
          expect(files).toEqual(listed(emulation, params));
          if (!orderBy.startsWith('modifiedTime')) return;
          const times = files.map(({ modifiedTime = '' }) => modifiedTime);
          const rising = times.toSorted();
          expect(times).toEqual(orderBy.endsWith('desc') ? rising.toReversed() : rising);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('windows of time find what lies in them after changes', async () => {
    const emulation = await smallEmulation(5, 460);
    const random = fractions(9);
    for (let i = 0; i < 150; i++) emulation.world.mutate(random);
    const cuts = ['2015-01-01T00:00:00Z', '2022-01-01T00:00:00Z', '2026-02-01T00:00:00Z'];
    const windows = [
      `not modifiedTime >= '${cuts[0] ?? ''}'`,
      ...cuts.map((cut, i) =>
        cuts[i + 1] === undefined
          ? `modifiedTime >= '${cut}'`
          : `modifiedTime >= '${cut}' and modifiedTime < '${cuts[i + 1] ?? ''}'`,
      ),
    ];
    for (const orderBy of ['modifiedTime desc', 'modifiedTime', '']) {
      const found = windows.map((q) => listed(emulation, { q, orderBy }));
      expect(found.every((files) => files.length > 0)).toBe(true);
      expect(idsOf(found.flat())).toEqual(idsOf(listed(emulation)));
    }
  });

  test('random changes are of many kinds and never cost a subtree of thousands', async () => {
    const emulation = await createEmulation({
      corpus: { kind: 'seed', seed: 1, files: 20_000, drives: [{ name: 'One', files: 500 }] },
    });
    const random = fractions(4);
    emulation.world.mutate(random);
    const start = performance.now();
    const kinds = new Set(Array.from({ length: 2000 }, () => emulation.world.mutate(random).kind));
    expect(performance.now() - start).toBeLessThan(4000);
    expect([...kinds]).toEqual(
      expect.arrayContaining(['create', 'edit', 'move', 'trashFolder', 'moveAcross', 'untrash']),
    );
    expect([...kinds].filter((kind) => /Access|Drive$/.test(kind))).toEqual([]);
  });
});
