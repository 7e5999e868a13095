/** The texts of files: what is fetched, found, kept and forgotten. */
import { automatedQueries, contentFault, placesOf, revisionOf, sentinel, type Fault } from '../../emulator';
import { openContentRig, type ContentRig } from '../support/content-rig';

let rig: ContentRig;

beforeEach(async () => {
  rig = await openContentRig({
    corpus: { kind: 'seed', seed: 5, files: 40 },
    contents: 'seed',
    pageCap: 100,
  });
});

afterEach(async () => await rig.close());

const world = () => rig.emulator.world;
const downloads = () => rig.emulator.counts['files.download'] ?? 0;
const exportsOf = () => rig.emulator.counts['files.export'] ?? 0;

function text(words: string): Uint8Array {
  return Buffer.from(`${words}\n`);
}

function createText(name: string, words: string): string {
  const id = world().createFile({ name, mimeType: 'text/plain' });
  world().setContent(id, text(words));
  return id;
}

function createDoc(words: string): string {
  const id = world().createFile({ name: 'A document', mimeType: 'application/vnd.google-apps.document' });
  world().setDocument(id, { text: words });
  return id;
}

test('every word of every text is found in its file, and each file has a state', async () => {
  const turns = await rig.sync();
  expect(turns.at(-1)).toMatchObject({ state: 'done', due: 0 });
  let found = 0;
  for (const file of rig.emulator.truth()) {
    if (file.mimeType.endsWith('.folder')) continue;
    const { id } = file;
    const places = file.trashed ? [] : placesOf(file.mimeType);
    const state = rig.stateOf(id) ?? '';
    if (places.length === 0) expect({ id, state: /^(skipped|refused)/.exec(state)?.[0] }).not.toEqual({ id });
    for (const place of places) {
      found += 1;
      const hits = rig.find(sentinel(id, revisionOf(file), place));
      expect({ id, place, state, hits }).toEqual({ id, place, state: 'done', hits: [id] });
    }
  }
  expect(found).toBeGreaterThan(10);
});

test('a rename, a move, a copy and a change of sharing fetch nothing', async () => {
  const id = createText('a.txt', 'zebrafinch');
  await rig.sync();
  const before = downloads();
  world().rename(id, 'b.txt');
  world().move(id, world().createFolder({}));
  world().share(id, true);
  const copy = createText('copy.txt', 'zebrafinch');
  await rig.sync();
  expect(downloads()).toBe(before);
  expect(rig.find('zebrafinch')).toEqual([id, copy].toSorted());
});

test('files with the same content are fetched once, even in the same turn', async () => {
  const ids = Array.from({ length: 20 }, (_, at) => createText(`${String(at)}.txt`, 'onlyoncefetched'));
  const before = downloads();
  await rig.sync();
  const ofCopies = rig.emulator.requests().filter(({ path }) => ids.some((id) => path.includes(id)));
  expect(ofCopies).toHaveLength(1);
  expect(downloads()).toBeGreaterThan(before);
  expect(rig.find('onlyoncefetched')).toEqual(ids.toSorted());
});

test('a changed file has its new text, and the old one leaves the database', async () => {
  const id = createText('a.txt', 'formerword');
  await rig.sync();
  world().setContent(id, text('presentword'));
  await rig.sync();
  expect([rig.find('formerword'), rig.find('presentword')]).toEqual([[], [id]]);
  expect(rig.bytes()).not.toContain('formerword');
});

test('a removed file is not found, and its text leaves the database', async () => {
  const id = createText('a.txt', 'secretpassage');
  await rig.sync();
  expect(rig.find('secretpassage')).toEqual([id]);
  world().remove(id);
  await rig.sync();
  expect([rig.stateOf(id), rig.find('secretpassage')]).toEqual([undefined, []]);
  expect(rig.bytes()).not.toContain('secretpassage');
});

test('a file in the trash is left out until its settings say otherwise', async () => {
  const id = createText('a.txt', 'binnedword');
  world().trash(id);
  await rig.sync();
  expect([rig.stateOf(id), rig.find('binnedword')]).toEqual(['skipped: trashed', []]);
  rig.change({ trashed: true });
  await rig.contents();
  expect([rig.stateOf(id), rig.find('binnedword')]).toEqual(['done', [id]]);
});

test('a document that is being edited is left until it is quiet, but for an hour at most', async () => {
  const id = createDoc('firstversion');
  await rig.sync();
  expect(rig.find('firstversion')).toEqual([id]);
  const before = exportsOf();
  for (let edit = 0; edit < 3; edit++) {
    world().setDocument(id, { text: `edited${String(edit)}` });
    expect((await rig.sync()).at(-1)).toMatchObject({ state: 'done', due: 0 });
  }
  expect([exportsOf(), rig.stateOf(id)]).toEqual([before, 'due: edited']);
  rig.makeDueSince(id, Date.now() - 3_600_000);
  await rig.contents();
  expect([exportsOf(), rig.stateOf(id)]).toEqual([before + 1, 'done']);
  expect([rig.find('firstversion'), rig.find('edited2')]).toEqual([[], [id]]);
});

test('sheets and slides have their places', async () => {
  const sheet = world().createFile({ name: 'S', mimeType: 'application/vnd.google-apps.spreadsheet' });
  const sheets = [
    { name: 'Q1', rows: [['alpha', 'beta']] },
    { name: 'Q3', rows: [['gammaword']] },
  ];
  world().setDocument(sheet, { sheets });
  const deck = world().createFile({ name: 'P', mimeType: 'application/vnd.google-apps.presentation' });
  world().setDocument(deck, { slides: [{ text: 'one' }, { text: 'two', notes: 'spokenword' }] });
  await rig.sync();
  expect([rig.find('gammaword'), rig.find('spokenword')]).toEqual([[sheet], [deck]]);
  const marks = rig
    .rows("SELECT marks FROM body WHERE kind IN ('xlsx', 'pptx')")
    .map(({ marks: it }) => String(it));
  expect(marks.join(' ')).toContain('"sheet Q3"');
  expect(marks.join(' ')).toContain('"slide 2"');
});

const INSUFFICIENT: Fault = {
  kind: 'drive-error',
  status: 403,
  reason: 'insufficientPermissions',
  message: 'Request had insufficient authentication scopes.',
};

/** The state after one try, and after everything that waits was tried once more. */
async function afterFault(fault: Fault, times = 1): Promise<[string | undefined, string | undefined]> {
  await rig.sync();
  const id = createText('a.txt', 'lateword '.repeat(20_000));
  rig.emulator.failNext('files.download', fault, times);
  await rig.sync();
  const first = rig.stateOf(id);
  rig.hurry();
  await rig.contents();
  return [first, rig.stateOf(id)];
}

describe('faults', () => {
  test.each([
    ['cannotDownloadFile', 'refused: forbidden'],
    ['cannotDownloadAbusiveFile', 'refused: flagged'],
  ] as const)('%s is final', async (reason, state) => {
    expect(await afterFault(contentFault(reason))).toEqual([state, state]);
  });

  test('a file that was downloaded too often rests, and others do not', async () => {
    const before = createText('b.txt', 'othersgoon');
    expect(await afterFault(contentFault('downloadQuotaExceeded'))).toEqual(['due: retry', 'done']);
    expect(rig.stateOf(before)).toBe('done');
  });

  const BROKEN: [string, Fault][] = [
    ['a body cut with its length', { kind: 'cut' }],
    ['a body cut without one', { kind: 'cut', framing: 'chunked' }],
    ['a body cut so that nobody can see it', { kind: 'cut', framing: 'chunked-end' }],
    ['a connection reset in the body', { kind: 'reset-body' }],
    ['a server error', { kind: 'status', status: 500 }],
    ['other bytes once', { kind: 'corrupt' }],
  ];
  test.each(BROKEN)('%s is tried again at once', async (_, fault) => {
    expect(await afterFault(fault)).toEqual(['done', 'done']);
  });

  test('bytes that never match the checksum are refused in the end', async () => {
    await rig.sync();
    const id = createText('a.txt', 'neverright');
    rig.emulator.failEvery('files.download', () => ({ kind: 'corrupt' }));
    for (let tries = 0; tries < 4; tries++) {
      await rig.sync();
      rig.hurry();
    }
    expect([rig.stateOf(id), rig.find('neverright')]).toEqual(['failed: corrupt', []]);
  });

  test('a file that changes during its download has its new text in the end', async () => {
    await rig.sync();
    const id = createText('a.txt', 'beforeword '.repeat(20_000));
    const act = (): void => world().setContent(id, text('afterword'));
    rig.emulator.failNext('files.download', { kind: 'act-in-body', act });
    await rig.sync();
    await rig.sync();
    expect([rig.stateOf(id), rig.find('afterword')]).toEqual(['done', [id]]);
  });

  test('the page against automated queries makes everything wait, and is no fault of a file', async () => {
    await rig.sync();
    const id = createText('a.txt', 'lateword');
    rig.emulator.failNext('files.download', automatedQueries());
    await expect(rig.sync()).rejects.toMatchObject({ kind: 'rate-limited', retryAfterMs: 900_000 });
    expect(rig.rows(`SELECT state, failures FROM document WHERE file_id = '${id}'`)).toEqual([
      { state: 'due', failures: 0 },
    ]);
  });

  test('a login that may not read contents stops them, and fails no file', async () => {
    await rig.sync();
    const id = createText('a.txt', 'lateword');
    rig.emulator.failNext('files.download', INSUFFICIENT, 20);
    await expect(rig.sync()).rejects.toMatchObject({ kind: 'scope-insufficient' });
    expect(rig.stateOf(id)).toBe('due');
  });

  test('a document that is too large to export is named', async () => {
    await rig.sync();
    const id = createDoc('a large one');
    rig.emulator.failNext('files.export', contentFault('exportSizeLimitExceeded'));
    await rig.sync();
    expect(rig.stateOf(id)).toBe('failed: export-too-large');
  });

  test('a large download goes on where it broke off', async () => {
    await rig.sync();
    const id = createText('large.txt', `${'many words '.repeat(1_200_000)}lastword`);
    rig.emulator.failNext('files.download', { kind: 'cut', at: 10_000_000 });
    await rig.sync();
    const ranges = rig.emulator
      .requests()
      .filter(({ path }) => path.includes(id))
      .map(({ range }) => range);
    expect(ranges).toEqual([undefined, expect.stringMatching(/^bytes=\d{7,}-$/)]);
    expect(rig.stateOf(id)).toBe('done');
  });

  test.each<[string, Fault]>([
    ['is ignored', { kind: 'ignore-range' }],
    ['is answered with another', { kind: 'wrong-content-range' }],
  ])('a range that %s starts the download again', async (_, fault) => {
    await rig.sync();
    const id = createText('large.txt', `${'many words '.repeat(1_200_000)}lastword`);
    rig.emulator.failNext('files.download', { kind: 'cut', at: 10_000_000 });
    rig.emulator.failEvery('files.download', (_count, { range }) =>
      range === undefined ? undefined : fault,
    );
    await rig.sync();
    expect(rig.stateOf(id)).toBe('done');
  });
});

test('a spent budget stops the fetches until the next day of the quota', async () => {
  await rig.sync();
  const id = createText('a.txt', 'lateword');
  await rig.writer.spend({ units: 200_000_000, bytes: 0 }, Date.now());
  expect((await rig.sync()).at(-1)).toMatchObject({ state: 'done', fetched: 0, due: 1 });
  expect([rig.stateOf(id), await rig.writer.isDue(Date.now())]).toEqual(['due', false]);
  expect(await rig.writer.isDue(Date.now() + 86_400_000)).toBe(true);
  await rig.writer.spend({ units: 0, bytes: 0 }, Date.now() - 2 * 86_400_000);
  await rig.contents();
  expect(rig.find('lateword')).toEqual([id]);
});

test('a turn that broke off leaves its documents to the next turn of the same run', async () => {
  await rig.sync();
  const id = createText('a.txt', 'lateword');
  await rig.engine.sync();
  const lease = await rig.claim();
  const now = Date.now();
  await rig.writer.plan(lease, now);
  expect(await rig.writer.take({ lease, now, driveNow: now }, 10)).toMatchObject([{ fileId: id }]);
  expect((await rig.contents(lease)).at(-1)).toMatchObject({ state: 'done', due: 0 });
  expect(rig.find('lateword')).toEqual([id]);
});

test('a newer run refuses the results of an older one', async () => {
  await rig.sync();
  const id = createText('a.txt', 'lateword');
  await rig.engine.sync();
  const old = await rig.claim();
  await rig.writer.plan(old, Date.now());
  await rig.claim();
  const results = [{ fileId: id, stamp: 'm:x:1', ok: false, reason: 'server' } as const];
  expect(await rig.writer.commit(old, results, Date.now())).toBe(false);
});

test('texts that were deleted are fetched again, and those of another store are refused', async () => {
  const id = createText('a.txt', 'comesback');
  await rig.sync();
  await rig.deleteTexts();
  await rig.contents();
  expect(rig.find('comesback')).toEqual([id]);
  await expect(rig.writer.claim('0123456789abcdef')).rejects.toMatchObject({ kind: 'wrong-store' });
});

test('without contents nothing is fetched', async () => {
  rig.change({ on: false });
  await rig.sync();
  expect(downloads() + exportsOf()).toBe(0);
});
