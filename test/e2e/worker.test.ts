/** The worker as a service, as the container runs it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { CLI, difference, EXACT, openRig, waitFor, type Rig } from '../support/cli';

const WORKER = join(dirname(CLI), 'worker.js');

let emulator: Emulator;
let rig: Rig;
let worker: ChildProcess | undefined;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 52, files: 300 }, pageCap: 100 });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  worker?.kill('SIGKILL');
  await rig.close();
  await emulator.close();
});

test('it syncs by itself, takes jobs of others, and ends in order at SIGTERM', async () => {
  worker = spawn(process.execPath, [WORKER], { env: { ...rig.env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  worker.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
  await waitFor('the first job has ended', async () => (await rig.jobs())[0]?.state === 'completed');
  expect(await difference(rig, emulator)).toEqual(EXACT);
  emulator.world.createFile();
  expect((await rig.run(['initiate'])).code).toBe(0);
  await waitFor('the second job has ended', async () => {
    const jobs = await rig.jobs();
    return jobs.length === 2 && jobs.every(({ state }) => state === 'completed');
  });
  expect(await difference(rig, emulator)).toEqual(EXACT);
  const ended = once(worker, 'exit');
  worker.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
  expect(said).toMatch(/^Working in .*\. Press Ctrl-C to stop/m);
});

test('a setting that is wrong ends it with one sentence', async () => {
  worker = spawn(process.execPath, [WORKER], {
    env: { ...rig.env, GDRIVE_SYNC_LANES: 'many' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  worker.stderr?.on('data', (chunk: Buffer) => (said += String(chunk)));
  expect(await once(worker, 'close')).toEqual([2, null]);
  expect(said).toMatch(/^gdrive-sync: GDRIVE_SYNC_LANES is not a whole number from 1 to 64\nhint: /);
});
