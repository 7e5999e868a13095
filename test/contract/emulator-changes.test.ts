import { createEmulation, startEmulator, type Emulation, type EmulatorOptions } from '../../emulator';
import {
  changePage,
  drain,
  fractions,
  getFile,
  listed,
  refusal,
  sourceParams,
  startToken,
  WITH_DRIVES,
  type Change,
} from './emulator-client';
import { ask, errorOf } from './emulator-request';

const SMALL: EmulatorOptions = {
  corpus: {
    kind: 'seed',
    seed: 6,
    files: 120,
    drives: [
      { name: 'One', files: 60 },
      { name: 'Two', files: 20 },
    ],
  },
};

function summary(changes: readonly Change[]): [string, boolean, boolean][] {
  return changes.map(({ fileId = '', removed, file }) => [fileId, removed, file !== undefined]);
}

describe('emulator: change logs', () => {
  let emulation: Emulation;
  let one: string;
  let two: string;

  beforeEach(async () => {
    emulation = await createEmulation(SMALL);
    [one = '', two = ''] = emulation.world.drives().map(({ id }) => id);
  });

  test('an idle log answers the token that was asked', () => {
    for (const driveId of [undefined, one]) {
      const token = startToken(emulation, driveId);
      const page = changePage(emulation, token, sourceParams(driveId));
      expect(page).toEqual({ kind: 'drive#changeList', newStartPageToken: token, changes: [] });
      expect(startToken(emulation, driveId)).toBe(token);
    }
  });

  test('an entry shows the file as it is now, and takes the place of an earlier one', () => {
    const token = startToken(emulation);
    const { world } = emulation;
    const first = world.createFile({ name: 'first' });
    const second = world.createFile({ name: 'second' });
    world.rename(first, 'renamed');
    const { changes } = drain(emulation, token);
    expect(summary(changes)).toEqual([
      [second, false, true],
      [first, false, true],
    ]);
    expect(changes[1]).toEqual({
      kind: 'drive#change',
      type: 'file',
      changeType: 'file',
      time: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      removed: false,
      fileId: first,
      file: world.file(first),
    });
    expect(changes[1]?.file).toMatchObject({ name: 'renamed', version: '2' });
  });

  test.each([false, true])(
    'the token of a next page bears another page size, unless bound (%s)',
    async (changes) => {
      const bound = await createEmulation({ ...SMALL, tokensBoundToPageSize: { changes } });
      const token = startToken(bound);
      for (let i = 0; i < 5; i++) bound.world.createFile();
      const first = changePage(bound, token, { pageSize: '2' });
      const pageToken = first.nextPageToken ?? '';
      expect(changePage(bound, pageToken, { pageSize: '2' }).changes).toHaveLength(2);
      const other = (): unknown => changePage(bound, pageToken, { pageSize: '3' }).changes;
      if (changes) expect(refusal(other)).toMatchObject({ status: 400, location: 'pageToken' });
      else expect(other()).toHaveLength(3);
      const { newStartPageToken = '' } = changePage(bound, token, { pageSize: '10' });
      expect(changePage(bound, newStartPageToken, { pageSize: '7' }).changes).toEqual([]);
      expect(startToken(bound)).toBe(newStartPageToken);
    },
  );

  test('every change of a file gives it a higher version and one entry', () => {
    const { world } = emulation;
    const id = world.createFile({ mimeType: 'application/pdf' });
    const folder = world.createFolder();
    const acts: [string, () => void, object][] = [
      ['rename', () => world.rename(id, 'n'), { name: 'n' }],
      ['describe', () => world.describe(id, 'd'), { description: 'd' }],
      ['star', () => world.star(id, true), { starred: true }],
      ['unstar', () => world.star(id, false), { starred: false }],
      ['view', () => world.view(id), { viewedByMe: true }],
      ['move', () => world.move(id, folder), { parents: [folder] }],
      ['trash', () => world.trash(id), { trashed: true, explicitlyTrashed: true }],
      ['untrash', () => world.untrash(id), { trashed: false, explicitlyTrashed: false }],
      ['share', () => world.share(id, true), { shared: true }],
      ['unshare', () => world.share(id, false), { shared: false }],
    ];
    for (const [name, act, expected] of acts) {
      const token = startToken(emulation);
      const before = BigInt(getFile(emulation, id)?.version ?? '0');
      act();
      const { changes } = drain(emulation, token);
      expect([name, summary(changes)]).toEqual([name, [[id, false, true]]]);
      expect(changes[0]?.file).toMatchObject(expected);
      expect(BigInt(changes[0]?.file?.version ?? '0') > before).toBe(true);
    }
    const { md5Checksum, headRevisionId, name } = getFile(emulation, id) ?? {};
    world.edit(id);
    expect(getFile(emulation, id)).toMatchObject({ name });
    expect(getFile(emulation, id)?.md5Checksum).not.toBe(md5Checksum);
    expect(getFile(emulation, id)?.headRevisionId).not.toBe(headRevisionId);
  });

  test('an entry may tell of nothing', () => {
    const { world } = emulation;
    const id = world.createFile();
    const before = getFile(emulation, id);
    const token = startToken(emulation);
    world.touch(id);
    const { changes } = drain(emulation, token);
    expect(changes.map(({ file }) => file)).toEqual([before]);
  });

  test('a deleted file has an entry without the file, and what lay in it has none', () => {
    const { world } = emulation;
    const folder = world.createFolder();
    const child = world.createFile({ parent: folder });
    const token = startToken(emulation);
    world.remove(folder);
    const { changes } = drain(emulation, token, { includeCorpusRemovals: 'true' });
    expect(summary(changes)).toEqual([[folder, true, false]]);
    expect([getFile(emulation, folder), getFile(emulation, child)]).toEqual([undefined, undefined]);
    expect(drain(emulation, token, { includeRemoved: 'false' }).changes).toEqual([]);
  });

  test('a move to another corpus is a removal in the old log, with the file if that is asked', () => {
    const { world } = emulation;
    const folder = world.createFolder();
    const child = world.createFile({ parent: folder });
    const tokens = [undefined, one, two].map((driveId) => [driveId, startToken(emulation, driveId)] as const);
    const entries = (params: Record<string, string> = {}): unknown =>
      tokens.map(([driveId, token]) =>
        summary(drain(emulation, token, { ...sourceParams(driveId), ...params }).changes),
      );
    world.move(folder, one);
    expect(entries()).toEqual([[[folder, true, false]], [[folder, false, true]], []]);
    expect(entries({ includeCorpusRemovals: 'true' })).toEqual([
      [[folder, true, true]],
      [[folder, false, true]],
      [],
    ]);
    expect(getFile(emulation, child)).toMatchObject({ driveId: one, version: '1' });
    for (const field of ['owners', 'ownedByMe', 'shared', 'writersCanShare', 'permissions'])
      expect(getFile(emulation, child)).not.toHaveProperty(field);
    world.move(folder, two);
    expect(entries()).toEqual([[[folder, true, false]], [[folder, true, false]], [[folder, false, true]]]);
    world.move(folder, world.rootId);
    expect(entries()).toEqual([[[folder, false, true]], [[folder, true, false]], [[folder, true, false]]]);
    expect(getFile(emulation, child)).toMatchObject({ ownedByMe: true, shared: false });
    expect(getFile(emulation, child)).not.toHaveProperty('driveId');
  });

  test('the log of a drive has its items, the log of the user only those with a star, if they are asked for', () => {
    const { world } = emulation;
    const own = startToken(emulation);
    const token = startToken(emulation, one);
    const plain = world.createFile({ driveId: one });
    const starred = world.createFile({ driveId: one });
    world.star(starred, true);
    const inDrive = summary(drain(emulation, token, sourceParams(one)).changes);
    expect(inDrive).toEqual([
      [plain, false, true],
      [starred, false, true],
    ]);
    expect(summary(drain(emulation, own, WITH_DRIVES).changes)).toEqual([[starred, false, true]]);
    expect(drain(emulation, own).changes).toEqual([]);
    expect(listed(emulation, WITH_DRIVES).map(({ id }) => id)).toContain(starred);
    expect(listed(emulation).map(({ id }) => id)).not.toContain(starred);
    world.star(starred, false);
    expect(summary(drain(emulation, own, WITH_DRIVES).changes)).toEqual([[starred, true, false]]);
  });

  test('the log of the user tells of drives', () => {
    const { world } = emulation;
    const token = startToken(emulation);
    const added = world.addDrive({ name: 'Added', files: 5 });
    world.renameDrive(one, 'Renamed');
    world.loseDrive(two);
    const { changes } = drain(emulation, token);
    expect(changes).toEqual([
      expect.objectContaining({ changeType: 'drive', removed: false, driveId: added }),
      expect.objectContaining({
        driveId: one,
        drive: expect.objectContaining({ name: 'Renamed' }) as object,
      }),
      expect.objectContaining({ changeType: 'drive', removed: true, driveId: two }),
    ]);
    expect(changes[2]).not.toHaveProperty('drive');
    expect(changes[0]).not.toHaveProperty('fileId');
    expect(startToken(emulation, added)).toMatch(/^\d+$/);
  });

  test('pages are as long as asked, and their tokens lead through everything once', () => {
    const { world } = emulation;
    const token = startToken(emulation);
    const ids = Array.from({ length: 25 }, () => world.createFile());
    const first = changePage(emulation, token, { pageSize: '10' });
    expect(first.changes).toHaveLength(10);
    expect(first).not.toHaveProperty('newStartPageToken');
    const { changes, token: end } = drain(emulation, token, { pageSize: '10' });
    expect(changes.map(({ fileId }) => fileId)).toEqual(ids);
    expect(end).toBe(startToken(emulation));
    expect(drain(emulation, token, { pageSize: '25' }).changes).toHaveLength(25);
  });

  test('without a mask come the documented fields', () => {
    const token = startToken(emulation);
    emulation.world.createFile();
    const page = emulation.request('changes.list', { pageToken: token }) as { changes: Change[] };
    expect(Object.keys(page)).toEqual(['kind', 'newStartPageToken', 'changes']);
    expect(Object.keys(page.changes[0]?.file ?? {}).toSorted()).toEqual(['id', 'kind', 'mimeType', 'name']);
  });

  test('a token belongs to its log', () => {
    const own = startToken(emulation);
    const other = startToken(emulation, one);
    const invalid = { status: 400, reason: 'invalid', location: 'pageToken' };
    const refused = (pageToken: string, driveId?: string): unknown =>
      refusal(() => changePage(emulation, pageToken, sourceParams(driveId)));
    expect(refused(other)).toMatchObject(invalid);
    expect(refused(own, one)).toMatchObject(invalid);
    expect(refused(startToken(emulation, two), one)).toMatchObject(invalid);
    for (const bad of ['x', '1', own.slice(0, -1), `${own}0`, '9'.repeat(15)])
      expect(refused(bad)).toMatchObject(invalid);
  });

  test.each([
    [{}, { status: 400, reason: 'required', location: 'pageToken' }],
    [{ pageSize: '1001' }, { status: 400, reason: 'invalidParameter', location: 'page_size' }],
    [{ pageSize: '0' }, { status: 400, reason: 'invalidParameter', location: 'page_size' }],
    [{ includeItemsFromAllDrives: 'true' }, { status: 403, reason: 'supportsTeamDrivesRequired' }],
    [{ driveId: 'x' }, { status: 403, reason: 'supportsTeamDrivesRequired' }],
    [
      { driveId: 'x', ...WITH_DRIVES },
      { status: 404, reason: 'notFound', location: 'driveId' },
    ],
    [{ spaces: 'photos' }, { status: 400, location: 'spaces' }],
    [{ fields: 'nonsense' }, { status: 400, location: 'fields' }],
    [{ q: 'trashed = true' }, { status: 400, reason: 'badRequest' }],
  ])('the request %j is refused', (params: Record<string, string>, expected) => {
    const token = Object.keys(params).length === 0 ? {} : { pageToken: startToken(emulation) };
    expect(refusal(() => emulation.request('changes.list', { ...token, ...params }))).toMatchObject(expected);
  });

  test('a start token of a drive needs a client that knows drives', () => {
    const params = { driveId: one };
    const unaware = (): unknown => emulation.request('changes.getStartPageToken', params);
    expect(refusal(unaware)).toMatchObject({ status: 403, reason: 'supportsTeamDrivesRequired' });
    expect(refusal(() => startToken(emulation, '0AX'))).toMatchObject({ status: 404, location: 'driveId' });
  });

  test('killed tokens are refused in two ways, and new ones work', () => {
    const own = startToken(emulation);
    const other = startToken(emulation, one);
    emulation.killChangeTokens(one);
    expect(changePage(emulation, own).changes).toEqual([]);
    const refused = (): unknown => refusal(() => changePage(emulation, other, sourceParams(one)));
    expect(refused()).toMatchObject({ status: 400, reason: 'invalid', location: 'pageToken' });
    expect(refused()).toMatchObject({ status: 410 });
    expect(changePage(emulation, startToken(emulation, one), sourceParams(one)).changes).toEqual([]);
    emulation.killChangeTokens();
    expect(refusal(() => changePage(emulation, own))).toMatchObject({ location: 'pageToken' });
  });

  test('a log can be made odd', () => {
    const { world } = emulation;
    const token = startToken(emulation);
    const random = fractions(3);
    for (let i = 0; i < 200; i++) world.mutate(random);
    const usual = drain(emulation, token).changes;
    const ids = usual.map(({ fileId }) => fileId);
    expect(new Set(ids).size).toBe(ids.length);
    emulation.changes({ repeats: 1 });
    const repeated = drain(emulation, token).changes.map(({ fileId }) => fileId);
    expect(repeated.length).toBeGreaterThan(ids.length);
    expect(new Set(repeated)).toEqual(new Set(ids));
    emulation.changes({ unknownKinds: true });
    const kinds = new Set(drain(emulation, token).changes.map(({ changeType }) => changeType));
    expect(kinds).toEqual(new Set(['file', 'shortcutTarget']));
    emulation.changes({ brokenEntries: true });
    const broken = drain(emulation, token).changes.filter(
      ({ removed, file }) => !removed && file === undefined,
    );
    expect(broken.length).toBeGreaterThan(2);
    const moved = world.createFile();
    world.move(moved, one);
    emulation.changes({ removedWithFile: true });
    expect(summary(drain(emulation, token).changes)).toContainEqual([moved, true, true]);
  });

  test('a log remembers the latest of very many changes', () => {
    const { world } = emulation;
    const token = startToken(emulation);
    const ids = [world.createFile(), world.createFile()];
    for (let i = 0; i < 30_000; i++) world.star(ids[i % 2] ?? '', i % 4 < 2);
    expect(summary(drain(emulation, token).changes)).toEqual(ids.map((id) => [id, false, true]));
  });

  test('the log is read over HTTP, and faults hit it by its name', async () => {
    const emulator = await startEmulator(SMALL);
    try {
      const token = startToken(emulator);
      const id = emulator.world.createFile();
      const good = await ask(emulator, 'drive/v3/changes', { pageToken: token });
      expect(good.body).toMatchObject({ changes: [{ fileId: id }] });
      emulator.failNext('changes.list', { kind: 'drive-error', status: 500, reason: 'backendError' });
      const bad = await ask(emulator, 'drive/v3/changes', { pageToken: token });
      expect(errorOf(bad)).toMatchObject({ status: 500, reason: 'backendError' });
      expect(emulator.counts).toMatchObject({ 'changes.list': 2, 'drives.list': 0 });
    } finally {
      await emulator.close();
    }
  });

  test.each([
    '*',
    'changes(fileId,file(name,owners)),newStartPageToken',
    'changes(drive/name)',
    'kind',
    'changes/file',
  ])('a log is written with white space and without, as JSON is (%s)', async (fields) => {
    const emulator = await startEmulator(SMALL);
    try {
      const token = startToken(emulator);
      emulator.world.describe(emulator.world.createFile(), 'two\nlines');
      emulator.world.renameDrive(emulator.world.drives()[0]?.id ?? '', 'Another');
      const query = { ...WITH_DRIVES, pageToken: token, fields };
      const pretty = await ask(emulator, 'drive/v3/changes', query);
      expect(pretty.text).toBe(JSON.stringify(pretty.body, undefined, 2));
      const plain = await ask(emulator, 'drive/v3/changes', { ...query, prettyPrint: 'false' });
      expect(plain.text).toBe(JSON.stringify(plain.body));
      expect(plain.body).toEqual(pretty.body);
    } finally {
      await emulator.close();
    }
  });
});
