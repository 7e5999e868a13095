/** What `up` prints about the syncs that it finds in the stores. */
import { mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createEmulation, type Emulation } from '../../emulator';
import type { Context } from '../../src/commands/shared/context';
import { Story } from '../../src/commands/sync/story';
import { openHome, placesOf, type Home } from '../../src/process/home';
import { createEngine, type Engine } from '../support/engine';
import { noteTestWorker } from '../support/worker-notes';

const MINUTE = 60_000;

let folder: string;
let cloud: Emulation;
let engine: Engine;
let told: string[];
let story: Story;

const contextOf = (home: Home) =>
  ({ home, tell: (line: string) => told.push(line), complete: (text: string) => text }) as unknown as Context;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-story-'));
  mkdirSync(join(folder, 'accounts'));
  cloud = await createEmulation({ corpus: { kind: 'seed', seed: 1, files: 50 } });
  told = [];
  const home = openHome(folder);
  story = new Story(contextOf(home));
  engine = createEngine(cloud, { path: home.storeOf('default') });
});
afterEach(() => {
  engine.close();
  rmSync(folder, { recursive: true });
});

/** The lines since the last call, without time and account. */
function news(): string[] {
  return told
    .splice(0)
    .map((line) => /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+00:00 {2}default {2}(.*)$/.exec(line)?.[1] ?? line);
}

test('a sync that changed something has a line, and the quiet ones share one', async () => {
  story.look();
  await engine.sync();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^listed \d+ files in \d/)]);
  const id = cloud.world.createFile();
  cloud.world.rename(cloud.world.createFile(), 'x');
  await engine.sync();
  cloud.world.remove(id);
  await engine.sync();
  story.look();
  expect(news()).toEqual([
    expect.stringMatching(/^2 changes \(2 created\) in \d/),
    expect.stringMatching(/^1 change \(1 removed\) in \d/),
  ]);
  for (let syncs = 0; syncs < 3; syncs++) await engine.sync();
  story.look();
  expect(news()).toEqual([]);
  story.look(Date.now() + 16 * MINUTE);
  story.look(Date.now() + 17 * MINUTE);
  expect(news()).toEqual(['no changes in 3 syncs']);
  expect(story.summary()).toMatch(/^Stopped after .*: 6 syncs, 3 changes\.$/);
});

test('the first sync has a line, even if it finds nothing', async () => {
  await engine.sync();
  const later = new Story(contextOf(openHome(folder)));
  await engine.sync();
  later.look();
  expect(news()).toEqual([expect.stringMatching(/^no changes in \d/)]);
});

test('a trouble is told once, until it changes', async () => {
  await engine.sync();
  story.look();
  news();
  const db = new Database(join(folder, 'accounts', 'default.db'));
  db.prepare("UPDATE job SET state = 'waiting', reason = 'needs-login', ended_at = NULL").run();
  story.look();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^waits for you: /)]);
  db.prepare("UPDATE job SET reason = 'network'").run();
  story.look();
  db.close();
  expect(news()).toEqual([expect.stringMatching(/^waits: /)]);
});

function change(sql: string): void {
  const db = new Database(join(folder, 'accounts', 'default.db'));
  db.exec(sql);
  db.close();
}

test('a job that waits for a person says what to do, and not when the next sync is', async () => {
  await engine.sync();
  noteTestWorker(placesOf(folder), { nextAt: Date.now() + MINUTE });
  story.look();
  expect(news()).toEqual([expect.stringContaining('; next ')]);
  change("UPDATE job SET state = 'waiting', reason = 'needs-login', ended_at = NULL");
  story.look();
  expect(news()).toEqual([
    expect.stringMatching(
      /^waits for you: .*; log in again with `gdrive-sync auth login`[^;]*; the job continues where it stopped$/,
    ),
  ]);
});

test('after a trouble, the next sync has a line, even if it finds nothing', async () => {
  await engine.sync();
  await engine.sync();
  story.look();
  news();
  change("UPDATE job SET state = 'waiting', reason = 'needs-login', ended_at = NULL");
  story.look();
  expect(news()).toHaveLength(1);
  change("UPDATE job SET state = 'completed', reason = NULL, ended_at = 1");
  await engine.sync();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^no changes in \d/)]);
  await engine.sync();
  story.look();
  expect(news()).toEqual([]);
});

test('after a sync that failed, the next one has a line', async () => {
  await engine.sync();
  await engine.sync();
  story.look();
  news();
  await engine.sync();
  change(
    "UPDATE job SET state = 'failed', reason = 'domain-policy' WHERE ended_at = (SELECT max(ended_at) FROM job)",
  );
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^failed \(/)]);
  await engine.sync();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^no changes in \d/)]);
});

test('requests that fail for half a minute are told once, and what follows too', async () => {
  await engine.sync();
  await engine.sync();
  story.look();
  news();
  change(
    "UPDATE job SET state = 'running', ended_at = NULL WHERE ended_at = (SELECT max(ended_at) FROM job); UPDATE source SET failure = 'network', failures = 1",
  );
  const from = Date.now();
  story.look(from);
  story.look(from + 10_000);
  expect(news()).toEqual([]);
  story.look(from + 31_000);
  story.look(from + 62_000);
  expect(news()).toEqual([expect.stringMatching(/^waits: Google Drive cannot be reached/)]);
  change("UPDATE job SET state = 'completed', ended_at = 1; UPDATE source SET failure = NULL, failures = 0");
  await engine.sync();
  story.look(from + 70_000);
  expect(news()).toEqual([expect.stringMatching(/^no changes in \d/)]);
});

test('accounts that cannot be listed for a while are told once, and the story goes on', async () => {
  await engine.sync();
  story.look();
  news();
  renameSync(join(folder, 'accounts'), join(folder, 'away'));
  story.look();
  story.look();
  expect(told.splice(0)).toEqual([expect.stringMatching(/^\d{4}-.* cannot list the accounts: /)]);
  renameSync(join(folder, 'away'), join(folder, 'accounts'));
  cloud.world.createFile();
  await engine.sync();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^1 change \(1 created\) in \d/)]);
});

test('what follows from a change of a folder is counted too', async () => {
  await engine.sync();
  story.look();
  news();
  const folderId = cloud.world
    .ids({ folders: true })
    .find((id) => id !== cloud.world.rootId && cloud.world.descendants(id).length > 1);
  cloud.world.trash(folderId ?? '');
  await engine.sync();
  story.look();
  expect(news()).toEqual([expect.stringMatching(/^1 change \(1 trashed\), \d+ more inside folders, in \d/)]);
});

test('a sync that fails as the last one did, and changes nothing, is told with the quiet ones', async () => {
  const failing = async (): Promise<void> => {
    await engine.sync();
    change(
      "UPDATE job SET state = 'failed', reason = 'domain-policy' WHERE ended_at = (SELECT max(ended_at) FROM job)",
    );
    story.look();
  };
  await engine.sync();
  story.look();
  news();
  await failing();
  expect(news()).toEqual([expect.stringMatching(/^failed \(/)]);
  await failing();
  await failing();
  expect(news()).toEqual([]);
  story.look(Date.now() + 16 * MINUTE);
  expect(news()).toEqual([expect.stringMatching(/^failed \(.*\): no changes in 2 syncs$/)]);
});

test('a table that cannot be shown ends no story', async () => {
  const stop = new AbortController();
  const home = openHome(folder);
  const vanishing = {
    ...home,
    known: () => {
      stop.abort();
      throw new Error('the folder has just gone');
    },
  };
  const context = { ...contextOf(vanishing), status: () => undefined, streams: { stderr: {} } };
  await engine.sync();
  await new Story(context as unknown as Context).follow(stop.signal);
  expect(stop.signal.aborted).toBe(true);
});

test('failures that end a source are no wait, and those of a drive are told as such', async () => {
  await engine.sync();
  story.look();
  news();
  const from = Date.now();
  change(
    "UPDATE job SET state = 'running', ended_at = NULL; UPDATE source SET failure = 'domain-policy', failures = 1",
  );
  story.look(from);
  story.look(from + 31_000);
  expect(news()).toEqual([]);
  change("UPDATE source SET failure = 'transient', id = 'drive1' WHERE id = 'user'");
  story.look(from + 40_000);
  story.look(from + 71_000);
  expect(news()).toEqual([
    expect.stringMatching(/^a shared drive waits: Google Drive answered with a server error/),
  ]);
});
