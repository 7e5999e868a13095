import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import {
  difference,
  EXACT,
  expectPlainError,
  openRig,
  waitFor,
  type Outcome,
  type Rig,
} from '../support/cli';
import { randomFractions } from '../support/random';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  const corpus = { kind: 'seed', seed: 61, files: 400 } as const;
  emulator = await startEmulator({ corpus, latencyMs: 5 });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  try {
    await rig.close();
  } finally {
    await emulator.close();
  }
});

/** Runs a command that has to end well; a failure shows what it said. */
async function succeeds(...args: string[]): Promise<Outcome> {
  const outcome = await rig.run(args);
  expect(outcome).toEqual({ ...outcome, code: 0 });
  return outcome;
}

interface Shown {
  everyMs: number;
  paused: boolean;
  nextAt?: number;
  lastAt?: number;
}

async function show(): Promise<Shown> {
  return JSON.parse((await succeeds('--json', 'schedule', 'show')).stdout) as Shown;
}

/** Jobs that are not at their end. */
async function openJobs(): Promise<number> {
  const jobs = await rig.jobs();
  return jobs.filter(({ state }) => ['pending', 'running', 'waiting'].includes(state)).length;
}

test('a schedule is made, shown, changed, paused, resumed and removed', async () => {
  const made = await succeeds('schedule', 'set', '--every', '1h', '--full-every', '7d');
  expect(made).toMatchObject({
    stdout: expect.stringContaining('every 1h'),
    stderr: expect.stringContaining('takes effect while `gdrive-sync up` runs'),
  });
  // With a worker the commands need not start a server each.
  const up = rig.spawn(['up', '--every', 'never']);
  await waitFor('the worker works', () => up.stderr.includes('Working in'));
  expect(await show()).toMatchObject({ everyMs: 3_600_000, paused: false, nextAt: expect.any(Number) });
  await succeeds('schedule', 'pause');
  const changed = await succeeds('schedule', 'set', '--every', '2h', '--full-every', '8d');
  expect(changed.stderr).toBe('');
  expect(await show()).toMatchObject({ everyMs: 7_200_000, paused: true });
  expect((await succeeds('schedule', 'show')).stdout).toMatch(/every 2h, but the schedule is paused/);
  await succeeds('schedule', 'resume');
  expect(await show()).toMatchObject({ paused: false });
  await succeeds('schedule', 'remove');
  const gone = await rig.run(['schedule', 'show']);
  expect(gone).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(gone, /has no schedule/);
  const { stdout } = await succeeds('--json', 'sql', 'SELECT full_every_ms FROM store');
  expect(JSON.parse(stdout)).toEqual({ full_every_ms: 8 * 86_400_000 });
  await up.kill('SIGINT');
});

test('a schedule needs a span that makes sense and an account that is known', async () => {
  const wrong = await rig.run(['schedule', 'set', '--every', 'often']);
  expect(wrong).toMatchObject({ code: 2, stdout: '' });
  expectPlainError(wrong, /--every takes a time span/);
  const unknown = await rig.run(['--account', 'nobody', 'schedule', 'set', '--every', '1h'], {
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
  });
  expect(unknown).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(unknown, /no credentials for account "nobody"/);
});

test('a trigger starts a sync at once where a worker runs', async () => {
  await succeeds('schedule', 'set', '--every', '1h');
  const up = rig.spawn(['up', '--every', 'never']);
  await waitFor('the worker works', () => up.stderr.includes('Working in'));
  await succeeds('schedule', 'trigger');
  await waitFor('the job is done', async () => (await rig.jobs())[0]?.state === 'completed');
  expect(await rig.jobs()).toHaveLength(1);
  await up.kill('SIGINT');
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

/** Waits until a job that starts from now on is done. */
async function nextJob(): Promise<void> {
  const from = Date.now();
  await waitFor('a later job is done', async () => {
    const { stdout } = await succeeds(
      '--json',
      'sql',
      `SELECT count(*) AS done FROM jobs WHERE started_at > ${String(from)} AND state = 'completed'`,
    );
    return (JSON.parse(stdout) as { done: number }).done > 0;
  });
}

/** Folders that others have shared meanwhile are listed in the background. */
async function walkEnds(): Promise<void> {
  await waitFor('the walk is done', async () => {
    const { stdout } = await succeeds('--json', 'status');
    const { accounts } = JSON.parse(stdout) as { accounts: { walkUnfinished: boolean }[] };
    return accounts.every(({ walkUnfinished }) => !walkUnfinished);
  });
}

test('a schedule and `up` together, under changes, never run two jobs at once and end exact', async () => {
  const seed = Number(process.env['SCHEDULE_SEED'] ?? Date.now() % 100_000);
  const random = randomFractions(seed);
  await succeeds('sync');
  await succeeds('schedule', 'set', '--every', '5s');
  const up = rig.spawn(['up', '--every', '5s']);
  let most = 0;
  await waitFor(
    'both have had their turns',
    async () => {
      for (let i = 0; i < 5; i++) emulator.world.mutate(random, { access: true });
      most = Math.max(most, await openJobs());
      const { lastAt } = await show();
      return lastAt !== undefined && (await rig.jobs()).length >= 4;
    },
    60_000,
  );
  expect(most).toBeLessThanOrEqual(1);
  // What the walk has read before a log told of the folder is read again by the job after it.
  await nextJob();
  await walkEnds();
  await nextJob();
  await walkEnds();
  await succeeds('schedule', 'remove');
  await up.kill('SIGINT');
  expect({ seed, ...(await difference(rig, emulator)) }).toEqual({ seed, ...EXACT });
});

test('up syncs by itself, at once and then again and again', async () => {
  const up = rig.spawn(['up', '--every', '5s', '--full-every', '7d', '--drives', 'none']);
  await waitFor('the first job is done', async () => (await rig.jobs())[0]?.state === 'completed');
  const id = emulator.world.createFile({ name: 'new' });
  await waitFor('the new file is there', async () => {
    const { stdout } = await succeeds(
      '--json',
      'sql',
      `SELECT count(*) AS held FROM files WHERE id = '${id}'`,
    );
    return (JSON.parse(stdout) as { held: number }).held === 1;
  });
  const { stdout } = await succeeds('--json', 'sql', 'SELECT full_every_ms, drives FROM store');
  expect(JSON.parse(stdout)).toEqual({ full_every_ms: 7 * 86_400_000, drives: 'none' });
  await up.kill('SIGINT');
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

/** A login as a credentials file holds it. */
function login(refreshToken: string): string {
  return JSON.stringify({
    type: 'authorized_user',
    client_id: 'emulator-client',
    client_secret: 'emulator-secret',
    refresh_token: refreshToken,
  });
}

test('up says which account it leaves out, and goes on with one whose login is mended', async () => {
  const file = join(rig.home, 'accounts', 'mine.credentials.json');
  const settings = { GDRIVE_SYNC_ACCESS_TOKEN: undefined, GDRIVE_SYNC_OAUTH_URL: emulator.url };
  await succeeds('sync');
  writeFileSync(file, login('revoked'), { mode: 0o600 });
  const up = rig.spawn(['--account', 'mine', 'up', '--every', '5s'], settings);
  const jobOf = async (state: string) =>
    (await rig.jobs()).find((job) => job.account === 'mine' && job.state === state);
  const waiting = await waitFor('the job waits for a login', async () => await jobOf('waiting'));
  expect(waiting.reason).toMatch(/the login does not work/);
  expect(up.stderr.match(/ default  not kept current: there are no credentials/g)).toHaveLength(1);

  writeFileSync(file, login('emulator-refresh'), { mode: 0o600 });
  // Later jobs may have come and gone by the time that one looks.
  const isDone = async () =>
    (await rig.jobs()).some(({ jobId, state }) => jobId === waiting.jobId && state === 'completed');
  await waitFor('the job that waited is done', isDone);
  expect(up.stderr.match(/ not kept current/g)).toHaveLength(1);
  await up.kill('SIGINT');
});
