/** What every Google Drive does, emulated or real: reads only, and at most 30 requests. */
import type { DriveClient } from '../../src/drive/client';
import { decodeChangeList } from '../../src/drive/wire/change-list';
import type { Window } from '../../src/model/partition';
import { folderQuery, NEWEST_FIRST, windowQuery } from '../../src/planning/window';
import { asFile, decodedPage } from './pages';

const PAGE_SIZE = 20;
const ALL: Window = { trashed: false, from: undefined, before: undefined };

interface Page {
  files: Record<string, unknown>[];
  nextPageToken: string | undefined;
  incompleteSearch: boolean;
}

async function list(drive: DriveClient, q: string, pageToken?: string): Promise<Page> {
  const position = { q, orderBy: NEWEST_FIRST, pageToken, pageSize: PAGE_SIZE };
  const { files, ...rest } = decodedPage(await drive.listFiles(undefined, position));
  return { files: files.map(asFile), ...rest };
}

const idsOf = (page: Page): unknown[] => page.files.map(({ id }) => id);
const timesOf = (page: Page): number[] =>
  page.files.map(({ modifiedTime }) => Date.parse(String(modifiedTime)));

/** Describes a Drive that holds at least one file. `open` is called once, before the first test. */
export function describeDriveClient(name: string, open: () => Promise<DriveClient>): void {
  describe(name, () => {
    let drive: DriveClient;
    let first: Page;

    beforeAll(async () => {
      drive = await open();
      first = await list(drive, windowQuery(ALL));
    });

    test('tells who the user is', async () => {
      await expect(drive.user()).resolves.toMatchObject({ permissionId: expect.stringMatching(/^\d+$/) });
    });

    test('lists files, the last modified first, no more a page than it is asked for', () => {
      expect(first.files.length).toBeGreaterThan(0);
      expect(first.files.length).toBeLessThanOrEqual(PAGE_SIZE);
      expect(first.incompleteSearch).toBe(false);
      expect(timesOf(first)).toEqual(timesOf(first).toSorted((a, b) => b - a));
    });

    test('goes on with the next page where a page ends', async () => {
      if (first.nextPageToken === undefined) return expect(first.files.length).toBeLessThanOrEqual(PAGE_SIZE);
      const second = await list(drive, windowQuery(ALL), first.nextPageToken);
      expect(idsOf(second).filter((id) => idsOf(first).includes(id))).toEqual([]);
      expect(Math.max(...timesOf(second))).toBeLessThanOrEqual(Math.min(...timesOf(first)));
    });

    test('cuts a listing at a time without losing a file', async () => {
      const cut = Math.floor(timesOf(first)[0]! / 1000);
      const newer = await list(drive, windowQuery({ ...ALL, from: cut }));
      const older = await list(drive, windowQuery({ ...ALL, before: cut }));
      expect(idsOf(newer)).toContain(first.files[0]!['id']);
      expect(idsOf(older).filter((id) => idsOf(newer).includes(id))).toEqual([]);
    });

    test('gives a file alone as it gives it in a listing', async () => {
      const [listed] = first.files;
      const { id, name: title, mimeType, modifiedTime } = await drive.getFile(String(listed!['id']));
      expect({ id, name: title, mimeType, modifiedTime }).toEqual({
        id: listed!['id'],
        name: listed!['name'],
        mimeType: listed!['mimeType'],
        modifiedTime: listed!['modifiedTime'],
      });
    });

    test('names the root folder, and lists what is in it', async () => {
      const root = await drive.rootId();
      expect(root).toEqual(expect.stringMatching(/./));
      const { files } = await list(drive, folderQuery(root!, false));
      expect(files.filter(({ parents }) => !(parents as string[]).includes(root!))).toEqual([]);
    });

    test('mints a token for the present end of the change log', async () => {
      const token = await drive.startPageToken(undefined);
      const body = await drive.listChanges(undefined, { token });
      expect(decodeChangeList(body, () => undefined)).toMatchObject({ token: expect.stringMatching(/./) });
    });

    test('lists each shared drive once', async () => {
      const ids = (await drive.sharedDrives()).map(({ id }) => id);
      expect(new Set(ids).size).toBe(ids.length);
    });

    test('refuses what does not exist', async () => {
      await expect(drive.getFile('nobody')).rejects.toMatchObject({ kind: 'not-found' });
      await expect(list(drive, windowQuery(ALL), 'made-up')).rejects.toMatchObject({
        kind: 'page-token-rejected',
      });
    });
  });
}
