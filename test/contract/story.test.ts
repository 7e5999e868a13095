/** What `up` prints about the syncs that it finds in the stores. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { createEmulation, type Emulation } from '../../emulator';
import type { Context } from '../../src/commands/shared/context';
import { Story } from '../../src/commands/sync/story';
import { openHome, type Home } from '../../src/process/home';
import { createEngine, type Engine } from '../support/engine';

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
