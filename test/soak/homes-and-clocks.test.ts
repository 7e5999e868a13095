/** Stores that are copied under way, homes that share an account, hundreds of drives, wrong clocks: all while the Drive changes (`npm run soak`). */
import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator, type Emulator } from '../../emulator';
import { difference, EXACT, openRig, pagesReach, waitFor, type Env, type Rig } from '../support/cli';
import { keepChanging } from '../support/soak';

const HOOK = require.resolve('../support/shift-clock.cjs');
const DAY_MS = 86_400_000;
const LONG_MS = 180_000;

let emulator: Emulator;
const rigs: Rig[] = [];

/** A home of its own for the emulated account. */
function home(): Rig {
  const rig = openRig(emulator.url);
  rigs.push(rig);
  return rig;
}

async function start(drives: number): Promise<void> {
  emulator = await startEmulator({
    corpus: {
      kind: 'seed',
      seed: 76,
      files: 2_000,
      drives: Array.from({ length: drives }, (_, at) => ({ name: `Drive ${String(at)}`, files: 12 })),
    },
    pageCap: 100,
    latencyMs: 60,
    jitter: 0.5,
  });
  emulator.world.receiveFolder({ name: 'Theirs', folders: 10, files: 40, listed: false });
}

afterEach(async () => {
  await Promise.all(rigs.splice(0).map(async (rig) => await rig.close()));
  await emulator.close();
});

function change(count: number): void {
  for (let i = 0; i < count; i++) emulator.world.mutate(Math.random, { access: false });
}

async function expectExactAfterSync(rig: Rig, env: Env = {}): Promise<void> {
  const outcome = await rig.run(['sync', '--walk'], env, LONG_MS);
  expect(outcome).toEqual({ ...outcome, code: 0 });
  expect(await difference(rig, emulator)).toEqual(EXACT);
}

test.each([
  { when: 'crawls', full: false, pages: 12 },
  { when: 'crawls once more', full: true, pages: 8 },
])('a store that is copied while a sync $when is exact after one sync, and so is the copy', async (given) => {
  await start(3);
  const [first, second] = [home(), home()];
  if (given.full) await expectExactAfterSync(first);
  const sync = first.spawn(['sync', ...(given.full ? ['--full'] : [])], {}, LONG_MS);
  await pagesReach(emulator, given.pages + (emulator.counts['files.list'] ?? 0), sync);
  process.kill(sync.pid, 'SIGSTOP');
  cpSync(join(first.home, 'accounts'), join(second.home, 'accounts'), { recursive: true });
  change(60);
  process.kill(sync.pid, 'SIGCONT');
  expect((await sync.done).code).toBe(0);
  change(60);
  await expectExactAfterSync(second);
  await expectExactAfterSync(first);
});

test('two homes that sync the same account at once, again and again, are both exact', async () => {
  await start(3);
  const both = [home(), home()];
  for (let round = 1; round <= 5; round++) {
    const changing = keepChanging(emulator, { perSecond: 40, access: false });
    const outcomes = await Promise.all(both.map(async (rig) => await rig.run(['sync'], {}, LONG_MS)));
    changing.stop();
    expect(outcomes).toEqual(outcomes.map((outcome) => ({ ...outcome, code: 0 })));
    change(30);
    for (const rig of both) await expectExactAfterSync(rig);
  }
});

test('with 300 shared drives, a sync that is killed at a random moment is exact after the next', async () => {
  await start(300);
  const rig = home();
  for (let round = 1; round <= 6; round++) {
    const changing = keepChanging(emulator, { perSecond: 60, access: false });
    const sync = rig.spawn(['sync'], {}, LONG_MS);
    await delay(1_000 + Math.random() * 6_000);
    await sync.kill(round % 2 === 0 ? 'SIGKILL' : 'SIGINT');
    await waitFor('the server follows its killed owner', () => rig.servers().length === 0, 10_000);
    changing.stop();
    change(100);
    await expectExactAfterSync(rig);
  }
});

test.each([
  { name: 'a day fast', aheadMs: DAY_MS },
  { name: 'a day slow', aheadMs: -DAY_MS },
])('with a clock that is $name, each sync is exact, also after an interruption', async ({ aheadMs }) => {
  await start(3);
  const rig = home();
  const wrong = { NODE_OPTIONS: `--require=${HOOK}`, CLOCK_AHEAD_MS: String(aheadMs) };
  for (const [before, after] of [
    [{}, wrong],
    [wrong, {}],
    [wrong, wrong],
  ] as const) {
    const sync = rig.spawn(['sync', '--full'], before, LONG_MS);
    await delay(2_000 + Math.random() * 3_000);
    await sync.kill('SIGKILL');
    await waitFor('the server follows its killed owner', () => rig.servers().length === 0, 10_000);
    change(60);
    await expectExactAfterSync(rig, after);
    change(60);
    await expectExactAfterSync(rig, before);
  }
});
