/** A home with one small copy of a Drive, whose every file, size and time is known. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JsonObject } from '../../src/model/values';
import { openHome } from '../../src/process/home';
import { runBuilt, runHere, type Terminal, type Written } from './in-process';
import { changes, commitChanges, file, OPENED_AT, openTestStore, page } from './stores';

const FOLDER = 'application/vnd.google-apps.folder';
const MINUTE = 60_000;

const OWN = { ownedByMe: true, owners: [{ emailAddress: 'me@example.com', me: true }] };
const THEIRS = { ownedByMe: false, owners: [{ emailAddress: 'ann@example.com', me: false }] };

function folder(id: string, name: string, fields: JsonObject = {}) {
  return file(id, { name, mimeType: FOLDER, parents: ['root'], quotaBytesUsed: '0', ...OWN, ...fields });
}

function document(id: string, name: string, fields: JsonObject & { size: string }) {
  return file(id, { name, mimeType: 'text/plain', quotaBytesUsed: fields.size, ...OWN, ...fields });
}

const FILES = [
  folder('photos', 'Photos', { modifiedTime: '2025-03-01T10:00:00.000Z' }),
  folder('taxes', 'Taxes', { modifiedTime: '2025-04-01T10:00:00.000Z' }),
  document('beach', 'Beach.jpg', {
    parents: ['photos'],
    size: '2097152',
    mimeType: 'image/jpeg',
    createdTime: '2025-05-01T08:00:00.000Z',
    modifiedTime: '2025-05-02T09:30:00.000Z',
    md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  }),
  document('beach2', 'Beach copy.jpg', {
    parents: ['photos'],
    size: '2097152',
    mimeType: 'image/jpeg',
    modifiedTime: '2025-06-02T09:30:00.000Z',
    md5Checksum: 'd41d8cd98f00b204e9800998ecf8427e',
  }),
  document('invoice', 'Invoice.txt', {
    parents: ['taxes'],
    size: '1000',
    modifiedTime: '2025-07-01T00:00:00.000Z',
    starred: true,
  }),
  document('notes', 'Notes.txt', {
    parents: ['root'],
    size: '99999',
    modifiedTime: '2025-08-01T00:00:00.000Z',
    ...THEIRS,
  }),
  document('old', 'Old notes.txt', {
    parents: ['root'],
    size: '3072',
    modifiedTime: '2024-01-01T00:00:00.000Z',
    trashed: true,
    explicitlyTrashed: true,
  }),
  document('gone', 'Draft.txt', {
    parents: ['taxes'],
    size: '700',
    modifiedTime: '2025-02-01T00:00:00.000Z',
  }),
];

const STORAGE = { limit: 15 * 2 ** 30, usage: 3 * 2 ** 30, usageInDrive: 2 ** 30, usageInTrash: 4096 };

/** The copy, and commands on it. */
export interface SmallCopy {
  home: string;
  run(args: readonly string[], terminal?: Terminal): Promise<Written>;
  /** The same for commands that write, which need the program that the build made. */
  runBuilt(args: readonly string[], terminal?: Terminal): Promise<Written>;
  close(): void;
}

/** Makes the copy: eight files of a crawl, of which one is renamed and one removed later, and a new one. */
export function openSmallCopy(): SmallCopy {
  const home = mkdtempSync(join(tmpdir(), 'gdrive-sync-copy-'));
  const { storeOf } = openHome(home);
  const box = openTestStore(storeOf('default'));
  box.store.changeSettings({ walk: false });
  box.commit(page(box.claim(0).fence, { files: FILES }));
  box.settle();
  box.db.exec("UPDATE source SET root_id = 'root' WHERE id = 'user'");
  box.clock.now = OPENED_AT + MINUTE;
  box.store.bindIdentity({ permissionId: 'me', emailAddress: 'me@example.com', storage: STORAGE });
  const turn = { sourceId: 'user', ...box.pass };
  const token = String(box.row("SELECT change_token FROM source WHERE id = 'user'")['change_token']);
  const renamed = document('invoice', 'Invoice 2025.txt', {
    parents: ['taxes'],
    size: '1000',
    modifiedTime: '2025-07-01T00:00:00.000Z',
    starred: true,
    version: '2',
  });
  const added = document('list', 'List.txt', { parents: ['root'], size: '10', version: '1' });
  commitChanges(
    box.store,
    changes(turn, token, {
      entries: [
        { kind: 'file', file: renamed, atMs: undefined },
        { kind: 'file', file: added, atMs: undefined },
      ],
    }),
  );
  box.db.exec(
    `UPDATE file SET removed_at = ${String(OPENED_AT + MINUTE)}, removal = 'log' WHERE id = 'gone'`,
  );
  while (box.store.buildIndexes().state === 'building');
  box.store.close();
  const env = { GDRIVE_SYNC_HOME: home, HOME: home, PATH: '/usr/bin:/bin' };
  const withEnv = (terminal: Terminal): Terminal => ({ ...terminal, env: { ...env, ...terminal.env } });
  return {
    home,
    run: async (args, terminal = {}) => await runHere(args, withEnv(terminal)),
    runBuilt: async (args, terminal = {}) => await runBuilt(args, withEnv(terminal)),
    close: () => rmSync(home, { recursive: true }),
  };
}
