/** The texts of files through the command line: switched on, fetched, kept after a kill, switched off. */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { expectPlainError, openRig, waitFor, type Outcome, type Rig } from '../support/cli';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 5, files: 40 }, contents: 'seed' });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

async function succeeds(...args: string[]): Promise<Outcome> {
  const outcome = await rig.run(args);
  expect(outcome).toEqual({ ...outcome, code: 0 });
  return outcome;
}

function createText(words: string): string {
  const { world } = emulator;
  const id = world.createFile({ name: 'note.txt', mimeType: 'text/plain' });
  world.setContent(id, Buffer.from(words));
  return id;
}

interface Status {
  done: number;
  due: number;
  failed: number;
  total: number;
}

async function status(): Promise<Status> {
  return JSON.parse((await rig.run(['--json', 'content', 'status'])).stdout) as Status;
}

/** Downloads and exports so far. */
function fetches(): number {
  const { counts } = emulator;
  return (counts['files.download'] ?? 0) + (counts['files.export'] ?? 0);
}

test('nothing is read until the texts are switched on, and a sync fetches them from then on', async () => {
  createText('hello there');
  await succeeds('sync');
  expect(fetches()).toBe(0);
  const refused = await rig.run(['content', 'on', '--text']);
  expect(refused.code).toBe(2);
  expectPlainError(refused, /needs a confirmation/);
  await succeeds('content', 'on', '--text', '--yes');
  expect((await rig.run(['content', 'status'])).code).toBe(3);
  const { stderr } = await succeeds('sync');
  expect(stderr).toMatch(/Texts: \d+ files, \d+ new\./);
  expect(await status()).toMatchObject({ due: 0, failed: 0 });
  expect(statSync(join(rig.home, 'accounts', 'default.content.db')).mode & 0o777).toBe(0o600);
  const before = fetches();
  await succeeds('sync');
  expect(fetches()).toBe(before);
  await succeeds('content', 'purge', '--yes');
  expect(existsSync(join(rig.home, 'accounts', 'default.content.db'))).toBe(false);
});

test('a worker that is killed while it fetches loses nothing, and fetches only what was in flight again', async () => {
  for (let i = 0; i < 150; i++) createText(`word${String(i)} ${'filler '.repeat(2_000)}`);
  await succeeds('sync');
  await succeeds('content', 'on', '--text', '--yes');
  const before = fetches();
  const sync = rig.spawn(['sync']);
  await waitFor('texts are fetched', () => fetches() > before + 40);
  await sync.kill('SIGKILL');
  await succeeds('sync');
  const { done, due, failed } = await status();
  expect({ due, failed }).toEqual({ due: 0, failed: 0 });
  expect(done).toBeGreaterThanOrEqual(150);
  const again = new Map<string, number>();
  for (const { method, path, status: code } of emulator.requests())
    if (method === 'files.download' && code === 200) again.set(path, (again.get(path) ?? 0) + 1);
  expect([...again.values()].filter((times) => times > 1).length).toBeLessThanOrEqual(16);
});

test('`up` fetches the texts of new and changed files', async () => {
  await succeeds('sync');
  await succeeds('content', 'on', '--text', '--yes');
  const up = rig.spawn(['up', '--every', '5s']);
  await waitFor('the first texts are there', async () => (await status()).due === 0, 30_000);
  const { done } = await status();
  createText('quite new');
  await waitFor('the new text is there', async () => (await status()).done === done + 1, 30_000);
  await up.kill('SIGINT');
});
