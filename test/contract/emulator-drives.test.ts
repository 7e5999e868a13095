import { createEmulation, startEmulator, type Emulation } from '../../emulator';
import {
  changePage,
  childrenOf,
  driveItems,
  getFile,
  idsOf,
  listed,
  refusal,
  sourceParams,
  startToken,
  WITH_DRIVES,
} from './emulator-client';
import { ask } from './emulator-request';

interface DrivePage {
  kind: string;
  drives: { id: string; name: string }[];
  nextPageToken?: string;
}

const DRIVES = Array.from({ length: 23 }, (_, i) => ({ name: `Drive ${String(i)}`, files: i < 2 ? 130 : 2 }));

describe('emulator: shared drives', () => {
  let emulation: Emulation;
  let one: string;

  beforeEach(async () => {
    emulation = await createEmulation({ corpus: { kind: 'seed', seed: 8, files: 60, drives: DRIVES } });
    one = emulation.world.drives()[0]?.id ?? '';
  });

  function page(params: Record<string, string>): DrivePage {
    return emulation.request('drives.list', params) as DrivePage;
  }

  test('they are listed ten at a time, and completely', () => {
    const first = page({});
    expect(first).toEqual({
      kind: 'drive#driveList',
      nextPageToken: expect.any(String) as string,
      drives: DRIVES.slice(0, 10).map(({ name }) => ({
        kind: 'drive#drive',
        id: expect.stringMatching(/^0A/) as string,
        name,
      })),
    });
    const names: string[] = [];
    for (let pageToken: string | undefined = ''; pageToken !== undefined;) {
      const next = page({ pageSize: '7', pageToken });
      names.push(...next.drives.map(({ name }) => name));
      pageToken = next.nextPageToken;
    }
    expect(names).toEqual(DRIVES.map(({ name }) => name));
    expect(page({ pageSize: '100', fields: '*' }).drives[0]).toMatchObject({ hidden: false });
    expect(page({ pageSize: '5', fields: 'drives(id)' })).not.toHaveProperty('nextPageToken');
  });

  test('the listing of drives is strict', () => {
    const refused = (params: Record<string, string>): unknown => refusal(() => page(params));
    expect(refused({ pageSize: '101' })).toMatchObject({ status: 400, location: 'page_size' });
    expect(refused({ pageSize: '0' })).toMatchObject({ status: 400, location: 'page_size' });
    expect(refused({ fields: 'files' })).toMatchObject({ status: 400, location: 'fields' });
    expect(refused({ supportsAllDrives: 'true' })).toMatchObject({ status: 400, reason: 'badRequest' });
    const { nextPageToken: pageToken = '' } = page({ pageSize: '5' });
    expect(refused({ pageSize: '6', pageToken })).toMatchObject({ location: 'pageToken' });
    const elsewhere = (): unknown => emulation.request('files.list', { pageSize: '5', pageToken });
    expect(refusal(elsewhere)).toMatchObject({ location: 'pageToken' });
  });

  test('a login for metadata only cannot list drives, but everything else', async () => {
    const emulator = await startEmulator({ scope: 'metadata', corpus: { kind: 'seed', seed: 8, files: 5 } });
    try {
      const { status, body } = await ask(emulator, 'drive/v3/drives');
      expect(status).toBe(403);
      expect(body).toMatchObject({
        error: {
          status: 'PERMISSION_DENIED',
          errors: [{ reason: 'insufficientPermissions' }],
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
              domain: 'googleapis.com',
            },
          ],
        },
      });
      expect((await ask(emulator, 'drive/v3/files')).status).toBe(200);
    } finally {
      await emulator.close();
    }
  });

  test('a drive has exactly its items, and its root is not one of them', () => {
    const items = driveItems(emulation, one);
    expect(items).toHaveLength(130);
    expect(new Set(items.map(({ driveId }) => driveId))).toEqual(new Set([one]));
    const ids = new Set([one, ...items.map(({ id }) => id)]);
    expect(items.flatMap(({ parents = [] }) => parents).filter((id) => !ids.has(id))).toEqual([]);
    expect(getFile(emulation, one)).toMatchObject({ id: one, name: 'Drive', driveId: one });
    const unaware = (): unknown => emulation.request('files.get', {}, items[0]?.id);
    expect(refusal(unaware)).toMatchObject({ status: 404, location: 'fileId' });
    for (const field of ['owners', 'ownedByMe', 'shared', 'permissions', 'sharedWithMeTime'])
      expect(items.filter((item) => field in item)).toEqual([]);
    expect(idsOf(childrenOf(emulation, one))).toEqual(
      idsOf(items.filter(({ parents }) => parents?.[0] === one)),
    );
    const inOrder = listed(emulation, {
      ...sourceParams(one),
      corpora: 'drive',
      orderBy: 'modifiedTime desc',
      pageSize: '17',
    }).map(({ modifiedTime = '' }) => modifiedTime);
    expect(inOrder).toEqual(inOrder.toSorted().toReversed());
  });

  test('a listing of everything has each file of each corpus once', () => {
    const all = listed(emulation, { ...WITH_DRIVES, corpora: 'allDrives' });
    expect(idsOf(all)).toEqual(idsOf(emulation.truth()));
  });

  test('a lost drive is not found anywhere, and comes back', () => {
    const { world } = emulation;
    const [item] = driveItems(emulation, one);
    const token = startToken(emulation, one);
    const before = emulation.fileCount;
    const gone = { status: 404, reason: 'notFound', location: 'driveId' };
    world.loseDrive(one);
    expect(refusal(() => driveItems(emulation, one))).toMatchObject({
      ...gone,
      message: `Shared drive not found: ${one}`,
    });
    expect(refusal(() => changePage(emulation, token, sourceParams(one)))).toMatchObject(gone);
    expect(refusal(() => startToken(emulation, one))).toMatchObject(gone);
    expect(getFile(emulation, item?.id ?? '')).toBeUndefined();
    expect(getFile(emulation, one)).toBeUndefined();
    expect(childrenOf(emulation, one)).toEqual([]);
    expect(emulation.fileCount).toBe(before - 130);
    expect(page({ pageSize: '100' }).drives.map(({ id }) => id)).not.toContain(one);
    world.regainDrive(one);
    expect(driveItems(emulation, one)).toHaveLength(130);
    expect(changePage(emulation, token, sourceParams(one)).changes).toEqual([]);
  });

  test('who is no member any more keeps what was granted file by file', () => {
    const { world } = emulation;
    const token = startToken(emulation);
    const items = driveItems(emulation, one);
    world.demoteDrive(one);
    expect(refusal(() => driveItems(emulation, one))).toMatchObject({
      status: 403,
      reason: 'teamDriveMembershipRequired',
    });
    expect(refusal(() => startToken(emulation, one))).toMatchObject({ status: 403 });
    expect(changePage(emulation, token).changes).toMatchObject([{ driveId: one, removed: true }]);
    const kept = items.filter(({ id }) => getFile(emulation, id) !== undefined);
    expect(kept.length).toBeGreaterThanOrEqual(2);
    expect(kept.length).toBeLessThan(5);
    expect(idsOf(kept)).toEqual(idsOf([...emulation.truth()].filter(({ driveId }) => driveId === one)));
    const shown = listed(emulation, WITH_DRIVES).filter(({ driveId }) => driveId === one);
    expect(idsOf(shown)).toEqual(idsOf(kept));
    expect(shown.filter(({ parents }) => parents !== undefined)).toEqual([]);
    world.regainDrive(one);
    expect(driveItems(emulation, one)).toEqual(items);
  });
});

/** Milliseconds of CPU time for 200 changes, each followed by what a sync of that drive asks. */
async function costOfChanges(count: number): Promise<number> {
  const drives = Array.from({ length: count }, (_, i) => ({ name: `Drive ${String(i)}`, files: 6 }));
  const cloud = await createEmulation({ corpus: { kind: 'seed', seed: 8, files: 5, drives } });
  const { world } = cloud;
  const known = world.drives();
  const before = process.cpuUsage();
  for (let i = 0; i < 200; i++) {
    const driveId = known[i % count]?.id ?? '';
    const query = { ...sourceParams(driveId), fields: '*', pageSize: '1' };
    const pageToken = startToken(cloud, driveId);
    world.createFile({ driveId });
    expect(changePage(cloud, pageToken, query).changes).toHaveLength(1);
    expect(cloud.request('files.list', { ...query, corpora: 'drive' })).toMatchObject({ files: [{}] });
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

describe('emulator: very many shared drives', () => {
  test('a change and the requests about one drive cost no more among 2,500 drives', async () => {
    // The first run is slow because nothing is compiled yet.
    await costOfChanges(50);
    expect(await costOfChanges(2500)).toBeLessThan(3 * (await costOfChanges(50)));
  });
});

describe('emulator: several accounts', () => {
  test('each token shows the Drive of its account', async () => {
    const emulator = await startEmulator({
      corpus: { kind: 'seed', seed: 1, files: 10 },
      others: [
        {
          accessToken: 'second-token',
          refreshToken: 'second-login',
          user: { emailAddress: 'b@example.com' },
        },
        { accessToken: 'third-token', corpus: { kind: 'seed', seed: 2, files: 20 } },
      ],
    });
    try {
      const files = async (token: string): Promise<string[]> => {
        const headers = { authorization: `Bearer ${token}` };
        const { body } = await ask(
          emulator,
          'drive/v3/files',
          { pageSize: '1000', fields: 'files(id)' },
          headers,
        );
        return idsOf((body as { files: { id: string }[] }).files);
      };
      const [second, third] = [emulator.other(0), emulator.other(1)];
      const id = third.world.createFile();
      expect(await files('emulator-token')).toEqual(idsOf(emulator.truth()));
      expect(await files('third-token')).toEqual(idsOf(third.truth()));
      expect(idsOf(third.truth())).toContain(id);
      expect([emulator.fileCount, third.fileCount]).toEqual([10, 21]);
      expect(second.request('about.get', { fields: 'user(emailAddress)' })).toEqual({
        user: { emailAddress: 'b@example.com' },
      });
      const form = {
        grant_type: 'refresh_token',
        client_id: 'emulator-client',
        client_secret: 'emulator-secret',
        refresh_token: 'second-login',
      };
      const response = await fetch(emulator.tokenUrl, { method: 'POST', body: new URLSearchParams(form) });
      const { access_token: minted } = (await response.json()) as { access_token: string };
      const headers = { authorization: `Bearer ${minted}` };
      const about = await ask(emulator, 'drive/v3/about', { fields: 'user' }, headers);
      expect(about.body).toMatchObject({ user: { emailAddress: 'b@example.com' } });
      expect(() => emulator.other(2)).toThrow('no other account');
    } finally {
      await emulator.close();
    }
  });
});
