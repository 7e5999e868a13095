import { startEmulator, type Emulator } from '../../src/emulator';
import { difference, EXACT, openRig, pagesAsked, pagesReach, waitFor, type Rig, type Running } from '../support/cli';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 12, files: 5_000 },
    pageCap: 100,
    latencyMs: 100,
  });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

test('the second of two syncs watches the first, and takes over when that one is killed', async () => {
  const both = [rig.spawn(['sync']), rig.spawn(['sync'])];
  const watches = ({ stderr }: Running) => stderr.includes('is running in another process; watching it');
  await pagesReach(emulator, 1, both[0]!);
  const watcher = await waitFor('one sync watches', () => both.find(watches));
  const worker = both.find((each) => each !== watcher)!;
  await pagesReach(emulator, 12, worker);
  await worker.kill('SIGKILL');

  const { code, stdout, stderr } = await watcher.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('taking over') });
  expect(stdout).toContain('completed');
  const jobs = await rig.jobs();
  expect(jobs).toEqual([expect.objectContaining({ state: 'completed', files: 5_000 })]);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(pagesAsked(emulator)).toBeLessThanOrEqual(jobs[0]!.pages + 2);
});
