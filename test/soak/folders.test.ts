/** What happens to one large folder, and to everything: long runs with real processes, apart from the gate (`npm run soak`). */
import { startEmulator, type Emulator } from '../../emulator';
import { difference, EXACT, openRig, waitFor, type Outcome, type Rig } from '../support/cli';
import { requestsOf, seconds } from '../support/soak';

const LONG_MS = 300_000;

let emulator: Emulator;
let rig: Rig;

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

async function sync(...args: string[]): Promise<Outcome> {
  return await rig.run(['sync', '--walk', ...args], {}, LONG_MS);
}

/** Does something to the Drive and syncs; what it took is printed. */
async function afterwards(what: string, act: () => void): Promise<void> {
  act();
  const startedAt = Date.now();
  let outcome: Outcome | undefined;
  const requests = await requestsOf(emulator, async () => {
    outcome = await sync();
  });
  const tookMs = Date.now() - startedAt;
  expect(outcome).toEqual({ ...outcome, code: 0 });
  console.log(`${what}: ${seconds(tookMs)}`, requests);
  expect(await difference(rig, emulator)).toEqual(EXACT);
}

test('a folder of 20,000 descendants is trashed, restored, moved, shared, and its sharing is lost and given back', async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 73, files: 2_000 },
    latencyMs: 50,
    jitter: 0.5,
  });
  rig = openRig(emulator.url);
  const { world } = emulator;
  const own = world.createFolder({ name: 'Large' });
  const folders = Array.from({ length: 400 }, () => world.createFolder({ parent: own }));
  for (let i = 0; i < 19_600; i++) world.createFile({ parent: folders[i % folders.length] ?? own });
  const shelf = world.createFolder({ name: 'Shelf' });
  const received = world.receiveFolder({ name: 'Theirs', folders: 400, files: 19_600, listed: false });
  await afterwards('first sync', () => undefined);
  await afterwards('quiet sync', () => undefined);
  await afterwards('trashed', () => world.trash(own));
  await afterwards('restored', () => world.untrash(own));
  await afterwards('moved', () => world.move(own, shelf));
  await afterwards('shared with a person', () => world.share(own, true));
  await afterwards('quiet sync', () => undefined);
  world.loseAccess(received);
  const guarded = await requestsOf(emulator, async () => {
    expect(await sync()).toMatchObject({ code: 1, stderr: expect.stringContaining('confirmation') });
  });
  console.log('access lost', guarded);
  await accept();
  expect(await difference(rig, emulator)).toEqual(EXACT);
  await afterwards('access given back', () => world.regainAccess(received));
});

/** Lets the removals that wait go through. */
async function accept(): Promise<void> {
  const up = rig.spawn(['up', '--every', 'never'], {}, LONG_MS);
  await waitFor('the worker works', () => up.stderr.includes('Working in'));
  const status = await rig.run(['status', (await rig.jobs())[0]?.jobId ?? '']);
  console.log(status.stdout);
  expect(await rig.run(['resume', '--accept-removals'])).toMatchObject({ code: 0 });
  await waitFor('the job is done', async () => (await rig.jobs())[0]?.state === 'completed', LONG_MS);
  await up.kill('SIGINT');
}

test('a drive, and then everything, is lost and comes back', async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 74, files: 6_000, drives: [{ name: 'Team', files: 3_000 }] },
    latencyMs: 30,
    jitter: 0.5,
  });
  rig = openRig(emulator.url);
  const { world } = emulator;
  await afterwards('first sync', () => undefined);
  const [team] = world.drives();
  const losses: [string, () => void, () => void][] = [
    ['the drive', () => world.loseDrive(team?.id ?? ''), () => world.regainDrive(team?.id ?? '')],
    ['everything, told', () => world.loseEverything({ silent: false }), () => world.regainEverything()],
  ];
  for (const [what, lose, regain] of losses) {
    lose();
    expect(await sync()).toMatchObject({ code: 1, stderr: expect.stringContaining('confirmation') });
    await accept();
    expect(await difference(rig, emulator)).toEqual(EXACT);
    await afterwards(`${what} is back`, regain);
  }
  world.loseEverything({ silent: true });
  expect(await sync('--full')).toMatchObject({ code: 1, stderr: expect.stringContaining('confirmation') });
  world.regainEverything({ silent: true });
  const up = rig.spawn(['up', '--every', 'never'], {}, LONG_MS);
  await waitFor('the worker works', () => up.stderr.includes('Working in'));
  expect(await rig.run(['resume'])).toMatchObject({ code: 0 });
  await waitFor('the job is done', async () => (await rig.jobs())[0]?.state === 'completed', LONG_MS);
  await up.kill('SIGINT');
  expect(await difference(rig, emulator)).toEqual(EXACT);
});
