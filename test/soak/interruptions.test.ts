/** Syncs that are cut off while the Drive changes: long runs with real processes, apart from the gate (`npm run soak`). */
import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../../emulator';
import { difference, EXACT, openRig, waitFor, type Outcome, type Rig } from '../support/cli';
import { keepChanging } from '../support/soak';

const HOOK = require.resolve('../support/kill-after-commit.cjs');
const LONG_MS = 120_000;

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  const drives = ['Sales', 'Research', 'Archive'].map((name) => ({ name, files: 60 }));
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 75, files: 1_200, drives },
    latencyMs: 40,
    jitter: 0.5,
  });
  emulator.world.receiveFolder({ name: 'Theirs', folders: 20, files: 100, listed: false });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

/** Changes of every kind, without those that ask a person first. */
function change(count: number): void {
  for (let i = 0; i < count; i++) emulator.world.mutate(Math.random, { access: false });
}

async function serverIsGone(): Promise<void> {
  await waitFor('the server follows its killed owner', () => rig.servers().length === 0, 10_000);
}

async function expectExactAfter(...args: string[]): Promise<void> {
  const outcome = await rig.run(['sync', '--walk', ...args], {}, LONG_MS);
  expect(outcome).toEqual({ ...outcome, code: 0 });
  expect(await difference(rig, emulator)).toEqual(EXACT);
}

test('after each of 20 interruptions at random moments, the next sync makes the copy exact', async () => {
  await expectExactAfter();
  for (let round = 1; round <= 20; round++) {
    const changing = keepChanging(emulator, { perSecond: 50, access: false });
    const sync = rig.spawn(['sync', '--walk', ...(round % 4 === 0 ? ['--full'] : [])]);
    const afterMs = 300 + Math.random() * 4_000;
    await delay(afterMs);
    const signal = round % 2 === 0 ? 'SIGKILL' : 'SIGINT';
    const { code } = await sync.kill(signal);
    await serverIsGone();
    const changes = changing.stop();
    change(30);
    console.log(
      `${String(round)}: ${signal} after ${afterMs.toFixed(0)} ms, rc ${String(code)}, ${String(changes)} changes`,
    );
    await expectExactAfter();
  }
});

/** A sync that is killed after its n-th commit; its code is 0 where it has fewer. */
async function killedAfter(commit: number, args: readonly string[]): Promise<Outcome> {
  const env = { NODE_OPTIONS: `--require=${HOOK}`, KILL_AFTER_COMMIT: String(commit) };
  return await rig.run(['sync', ...args], env, LONG_MS);
}

test.each([
  { job: 'an idle', args: [], changes: 0 },
  { job: 'a changed', args: [], changes: 40 },
  { job: 'a walking', args: ['--full', '--walk'], changes: 10 },
])('killed after each commit of $job job, the next sync makes the copy exact', async ({ args, changes }) => {
  await expectExactAfter();
  for (let commit = 1; ; commit++) {
    change(changes);
    const { code, stderr } = await killedAfter(commit, args);
    expect({ code, stderr }).toEqual({ code: code === 0 ? 0 : null, stderr });
    await serverIsGone();
    change(10);
    await expectExactAfter();
    if (code !== 0) continue;
    console.log(`${String(commit - 1)} commits`);
    expect(commit).toBeGreaterThan(5);
    return;
  }
});
