import { startEmulator, type Emulator } from '../../emulator';
import {
  difference,
  EXACT,
  openRig,
  OWN_TEMPORAL,
  pagesAsked,
  pagesReach,
  waitFor,
  type Rig,
  type Running,
} from '../support/cli';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 12, files: 5_000 },
    pageCap: 100,
    latencyMs: 80,
  });
  // One lane, so that every page can be accounted for.
  rig = openRig(emulator.url, { ...OWN_TEMPORAL, GDRIVE_SYNC_LANES: '1' });
});

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

const isWatching = ({ stderr }: Running) => stderr.includes('is running in another process; watching it');

test('a sync started beside another watches it, and takes over when that one is killed', async () => {
  const worker = rig.spawn(['sync']);
  await pagesReach(emulator, 3, worker);
  const watcher = rig.spawn(['sync']);
  await waitFor('the second sync watches', () => isWatching(watcher));
  await worker.kill('SIGKILL');

  const { code, stdout, stderr } = await watcher.done;
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringContaining('Taking over') });
  expect(stdout).toContain('completed');
  const jobs = await rig.jobs();
  expect(jobs).toEqual([expect.objectContaining({ state: 'completed', files: 5_000 })]);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect(pagesAsked(emulator)).toBeLessThanOrEqual(jobs[0]!.pages + 2);
});

test('of two syncs started at once one works, the other says that it watches, and there is one job', async () => {
  const both = [rig.spawn(['sync']), rig.spawn(['sync'])];
  const outcomes = await Promise.all(both.map(async ({ done }) => await done));
  expect(outcomes).toEqual(outcomes.map((outcome) => ({ ...outcome, code: 0 })));
  const jobs = await rig.jobs();
  expect(jobs).toEqual([expect.objectContaining({ state: 'completed', files: 5_000 })]);
  expect(pagesAsked(emulator)).toBe(jobs[0]!.pages);
  expect(await difference(rig, emulator)).toEqual(EXACT);
  expect({ watching: both.filter(isWatching).length, told: outcomes.map(({ stderr }) => stderr) }).toEqual({
    watching: 1,
    told: expect.any(Array),
  });
});
