import { startEmulator, type DriveFile, type Emulator, type EmulatorOptions } from '../../emulator';
import { ask, errorOf, listAll, listPage, listPages } from './emulator-request';

const NEWEST_FIRST = 'modifiedTime desc';
const FIELDS = 'nextPageToken,files(id,modifiedTime,trashed)';
const HOSTILE: EmulatorOptions = {
  corpus: { kind: 'seed', seed: 11, files: 3000, hostile: true },
  pageCap: 1000,
};

function byId(files: Iterable<Partial<DriveFile>>): Partial<DriveFile>[] {
  return [...files].toSorted((a, b) => ((a.id ?? '') < (b.id ?? '') ? -1 : 1));
}

function ids(files: Iterable<Partial<DriveFile>>): string[] {
  return byId(files).map(({ id }) => id ?? '');
}

async function withEmulator<T>(
  options: EmulatorOptions,
  run: (emulator: Emulator) => Promise<T>,
): Promise<T> {
  const emulator = await startEmulator(options);
  try {
    return await run(emulator);
  } finally {
    await emulator.close();
  }
}

describe('emulator: paging', () => {
  let emulator: Emulator;
  let truth: DriveFile[];

  beforeAll(async () => {
    emulator = await startEmulator(HOSTILE);
    truth = [...emulator.truth()];
  });
  afterAll(() => emulator.close());

  test('all pages of both states of the trash are the truth, field by field', async () => {
    const query = { fields: 'nextPageToken,files', pageSize: '350', prettyPrint: 'false' };
    const kept = await listAll(emulator, { ...query, q: 'trashed = false' });
    const trashed = await listAll(emulator, { ...query, q: 'trashed = true' });
    expect(trashed.length).toBeGreaterThan(20);
    expect(byId([...kept, ...trashed])).toEqual(byId(truth));
    expect(kept.every((file) => file.trashed === false)).toBe(true);
  });

  test.each([NEWEST_FIRST, 'modifiedTime', 'createdTime', 'name', 'folder,name desc', 'recency', 'starred'])(
    'all pages of both states of the trash are complete in the order of %s',
    async (orderBy) => {
      const query = { fields: FIELDS, pageSize: '170', orderBy };
      const kept = await listAll(emulator, { ...query, q: 'trashed = false' });
      const trashed = await listAll(emulator, { ...query, q: 'trashed = true' });
      expect(ids([...kept, ...trashed])).toEqual(ids(truth));
    },
  );

  test('a listing that says nothing of the trash has what is in it', async () => {
    expect(ids(await listAll(emulator, { pageSize: '1000' }))).toEqual(ids(truth));
  });

  test("windows that are each other's complement find every file once, even those without a time", async () => {
    expect(truth.filter(({ modifiedTime }) => modifiedTime === undefined).length).toBeGreaterThan(0);
    const cuts = ['1999-01-01T00:00:00Z', '2014-06-01T00:00:00+02:00', '2020-01-01', '2025-12-01T10:00:00'];
    const windows = [
      `not modifiedTime >= '${cuts[0] ?? ''}'`,
      ...cuts.map(
        (cut, i) =>
          `modifiedTime >= '${cut}'` +
          (i + 1 < cuts.length ? ` and modifiedTime < '${cuts[i + 1] ?? ''}'` : ''),
      ),
    ];
    for (const orderBy of [NEWEST_FIRST, 'modifiedTime', 'name']) {
      const found: Partial<DriveFile>[] = [];
      for (const q of windows) found.push(...(await listAll(emulator, { q, orderBy, pageSize: '300' })));
      expect(ids(found)).toEqual(ids(truth));
    }
  });

  test('every comparison of times finds what it says, in every order', async () => {
    const pivot = truth[600]?.modifiedTime ?? '';
    const holds: Record<string, (time: string) => boolean> = {
      '<': (time) => time < pivot,
      '<=': (time) => time <= pivot,
      '=': (time) => time === pivot,
      '!=': (time) => time !== pivot,
      '>=': (time) => time >= pivot,
      '>': (time) => time > pivot,
    };
    for (const [operator, hold] of Object.entries(holds)) {
      const matches = ({ modifiedTime: time }: DriveFile): boolean => time !== undefined && hold(time);
      for (const orderBy of ['', NEWEST_FIRST]) {
        const query = { orderBy, pageSize: '1000' };
        const found = await listAll(emulator, { ...query, q: `modifiedTime ${operator} '${pivot}'` });
        expect(ids(found)).toEqual(ids(truth.filter((file) => matches(file))));
        const others = await listAll(emulator, { ...query, q: `not modifiedTime ${operator} '${pivot}'` });
        expect(ids(others)).toEqual(ids(truth.filter((file) => !matches(file))));
      }
    }
  });

  test('the newest file comes first and files without a time come last', async () => {
    const files = await listAll(emulator, { orderBy: NEWEST_FIRST, fields: FIELDS, pageSize: '250' });
    const times = files.map(({ modifiedTime }) => modifiedTime ?? '');
    expect(times).toEqual(times.toSorted().toReversed());
    const again = await listAll(emulator, { orderBy: 'modifiedTime', fields: FIELDS, pageSize: '250' });
    expect(again.map(({ id }) => id)).toEqual(files.map(({ id }) => id).toReversed());
  });

  test('without an order the files come in one that has nothing to do with time', async () => {
    const query = { fields: FIELDS, pageSize: '1000' };
    const files = await listAll(emulator, query);
    expect((await listAll(emulator, query)).map(({ id }) => id)).toEqual(files.map(({ id }) => id));
    const rising = files.filter(
      (file, i) => (file.modifiedTime ?? '') > (files[i - 1]?.modifiedTime ?? ''),
    ).length;
    expect(rising / files.length).toBeGreaterThan(0.4);
    expect(rising / files.length).toBeLessThan(0.6);
  });

  test('an empty page token is the first page', async () => {
    expect((await listPage(emulator, { pageToken: '' })).files).toHaveLength(100);
  });

  test.each([
    ['q', { q: 'trashed = true' }],
    ['orderBy', { orderBy: 'name' }],
    ['fields', { fields: 'files(id),nextPageToken' }],
    ['pageSize', { pageSize: '101' }],
    ['corpora', { corpora: 'domain' }],
    ['supportsAllDrives', { supportsAllDrives: 'true' }],
  ])('a page token cannot be used with another %s', async (_, change: Record<string, string>) => {
    const query = {
      q: 'trashed = false',
      orderBy: NEWEST_FIRST,
      fields: 'nextPageToken,files(id)',
      pageSize: '100',
    };
    const { nextPageToken: pageToken = '' } = await listPage(emulator, query);
    expect((await listPage(emulator, { ...query, pageToken, prettyPrint: 'false' })).files).toHaveLength(100);
    const refused = await ask(emulator, 'drive/v3/files', { ...query, ...change, pageToken });
    expect(errorOf(refused)).toMatchObject({ status: 400, reason: 'invalid', location: 'pageToken' });
  });

  test('a page token of another server, or a changed one, is refused', async () => {
    const { nextPageToken = '' } = await listPage(emulator, {});
    // A character in the middle: the last one of a base64 text may have bits that stand for nothing.
    const pageToken = `${nextPageToken.slice(0, 20)}${nextPageToken[20] === 'A' ? 'B' : 'A'}${nextPageToken.slice(21)}`;
    for (const bad of [pageToken, 'x', nextPageToken.slice(0, 20)]) {
      const refused = await ask(emulator, 'drive/v3/files', { pageToken: bad });
      expect(errorOf(refused)).toMatchObject({ status: 400, reason: 'invalid', location: 'pageToken' });
    }
  });
});

/** The files of all further pages. */
async function rest(emulator: Emulator, pageToken: string | undefined): Promise<Partial<DriveFile>[]> {
  if (pageToken === undefined) return [];
  const page = await listPage(emulator, { pageSize: '500', pageToken });
  return [...page.files, ...(await rest(emulator, page.nextPageToken))];
}

describe('emulator: ages, orders and shapes', () => {
  test('an old page token is refused in both ways that Drive has', async () => {
    let time = 1_000_000;
    await withEmulator({ tokenTtlMs: 5000, now: () => time }, async (emulator) => {
      const { nextPageToken: pageToken = '' } = await listPage(emulator, {});
      time += 4999;
      expect((await listPage(emulator, { pageToken })).files).toHaveLength(100);
      time += 1;
      expect(errorOf(await ask(emulator, 'drive/v3/files', { pageToken }))).toEqual({
        status: 403,
        domain: 'global',
        reason: 'pageTokenExpired',
        message: 'The specified page token has expired, and can no longer be used.',
      });
      const second = await ask(emulator, 'drive/v3/files', { pageToken });
      expect(errorOf(second)).toMatchObject({ status: 400, reason: 'invalid', location: 'pageToken' });
    });
  });

  test('a page token can be used with another page size if it is not bound to one', async () => {
    await withEmulator({ tokensBoundToPageSize: { lists: false } }, async (emulator) => {
      const first = await listPage(emulator, { pageSize: '10' });
      const pageToken = first.nextPageToken ?? '';
      const second = await listPage(emulator, { pageSize: '1000', pageToken });
      expect(ids([...first.files, ...second.files, ...(await rest(emulator, second.nextPageToken))])).toEqual(
        ids(emulator.truth()),
      );
      const refused = await ask(emulator, 'drive/v3/files', { q: 'trashed = true', pageToken });
      expect(errorOf(refused)).toMatchObject({ status: 400, location: 'pageToken' });
    });
  });

  test('an order that is ignored still pages through everything', async () => {
    await withEmulator({ order: 'ignored' }, async (emulator) => {
      const files = await listAll(emulator, { orderBy: NEWEST_FIRST, fields: FIELDS, pageSize: '90' });
      expect(ids(files)).toEqual(ids(emulator.truth()));
      const times = files.map(({ modifiedTime }) => modifiedTime ?? '');
      expect(times).not.toEqual(times.toSorted().toReversed());
    });
  });

  test('sloppy pages have two files out of place and lose none', async () => {
    await withEmulator({ order: { sloppyPages: 1 } }, async (emulator) => {
      const query = { orderBy: NEWEST_FIRST, fields: FIELDS, pageSize: '100' };
      const pages = await listPages(emulator, query);
      expect(ids(pages.flatMap(({ files }) => files))).toEqual(ids(emulator.truth()));
      for (const { files } of pages) {
        const times = files.map(({ modifiedTime }) => modifiedTime ?? '');
        const inOrder = times.toSorted().toReversed();
        expect(times.filter((time, i) => time !== inOrder[i])).toHaveLength(2);
      }
    });
  });

  test('empty pages have a token and lose no file', async () => {
    await withEmulator({ emptyPages: 0.5 }, async (emulator) => {
      const pages = await listPages(emulator, { fields: FIELDS, orderBy: NEWEST_FIRST });
      expect(
        pages.some(({ files, nextPageToken }) => files.length === 0 && nextPageToken !== undefined),
      ).toBe(true);
      expect(ids(pages.flatMap(({ files }) => files))).toEqual(ids(emulator.truth()));
    });
  });

  test('files of one instant are all found, page by page', async () => {
    const corpus = { kind: 'seed', seed: 5, files: 2000, shape: 'identical' } as const;
    await withEmulator({ corpus, pageCap: 300 }, async (emulator) => {
      const files = await listAll(emulator, { orderBy: NEWEST_FIRST, fields: FIELDS, pageSize: '1000' });
      expect(new Set(files.map(({ modifiedTime }) => modifiedTime)).size).toBe(1);
      expect(ids(files)).toEqual(ids(emulator.truth()));
    });
  });

  test('a late page of a big Drive costs no more than an early one', async () => {
    const corpus = { kind: 'seed', seed: 5, files: 100_000 } as const;
    await withEmulator({ corpus }, async (emulator) => {
      const time = async (q: string): Promise<number> => {
        const start = performance.now();
        for (let i = 0; i < 5; i++) await listPage(emulator, { q, orderBy: NEWEST_FIRST, pageSize: '50' });
        return performance.now() - start;
      };
      await time('trashed = false');
      const early = await time('trashed = false');
      const late = await time("trashed = false and modifiedTime < '2011-06-01T00:00:00Z'");
      expect(late).toBeLessThan(early * 10 + 50);
    });
  });

  test.each([0, 1, 7])('a Drive of %s files can be listed', async (files) => {
    await withEmulator({ corpus: { kind: 'seed', seed: 2, files, hostile: true } }, async (emulator) => {
      expect(emulator.fileCount).toBe(files);
      expect(ids(await listAll(emulator, { orderBy: NEWEST_FIRST }))).toEqual(ids(emulator.truth()));
    });
  });
});
