import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator } from '../../emulator';
import { openRig, OWN_TEMPORAL, waitFor } from '../support/cli';
import { LOGIN, openPatients, serverOf, type Finding, type Patients } from '../support/patients';

let patients: Patients;

beforeAll(async () => {
  patients = await openPatients();
}, 60_000);
afterAll(async () => {
  await patients.close();
});

test('without a home what does not need one is still looked at', async () => {
  const file = join(patients.temporary, 'no-folder');
  writeFileSync(file, '');
  const { code, findings } = await patients.examine(file, { GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token' });
  expect(code).toBe(1);
  expect(findings.map(({ check, level }) => [check, level])).toEqual([
    ['node', 'ok'],
    ['native module', 'ok'],
    ['home', 'error'],
    ['credentials', 'ok'],
    ['login', 'ok'],
    ['files', 'ok'],
    ['shared drives', 'ok'],
    ['drive', 'ok'],
    ['clock', 'ok'],
    ['quota', 'ok'],
  ]);
});

test('every account is looked at, or the one that is named', async () => {
  const home = patients.copyHome();
  const second = join(home, 'accounts', 'second.credentials.json');
  writeFileSync(second, JSON.stringify({ ...LOGIN, refresh_token: 'second-refresh' }), { mode: 0o600 });
  const all = await patients.examine(home);
  const stores = all.findings.filter(({ check }) => check === 'store' || check === 'login');
  expect(all.code).toBe(0);
  expect(stores.map(({ check, account, says }) => `${check} ${account ?? ''}: ${says}`)).toEqual([
    expect.stringMatching(/^store default: 60 files of /),
    expect.stringMatching(/^store default: as of /),
    'store second: no copy yet; `gdrive-sync sync` creates one',
    expect.stringMatching(/^login default: belongs to /),
    expect.stringMatching(/^login second: belongs to /),
  ]);
  const one = await patients.examine(home, { GDRIVE_SYNC_ACCOUNT: 'second' });
  expect(new Set(one.findings.map(({ account }) => account))).toEqual(new Set([undefined, 'second']));
});

test('a clock that is wrong is told although the login is refused for it', async () => {
  const late = await startEmulator({ now: () => Date.now() - 600_000 });
  try {
    const { findings } = await patients.examine(patients.copyHome(), {
      GDRIVE_SYNC_DRIVE_URL: late.url,
      GDRIVE_SYNC_ACCESS_TOKEN: 'not-good',
    });
    const wrong = findings.filter(({ level }) => level === 'error');
    expect(wrong.map(({ check, says }) => `${check}: ${says}`)).toEqual([
      expect.stringMatching(/^credentials: .*refuses/),
      expect.stringMatching(/^clock: .* ahead of Google's/),
    ]);
  } finally {
    await late.close();
  }
});

test('a worker that was killed is not taken for one that polls, though the server remembers it', async () => {
  const server = openRig(patients.emulator.url, OWN_TEMPORAL);
  const other = openRig(patients.emulator.url, OWN_TEMPORAL);
  try {
    const holder = server.spawn(['up', '--every', 'never'], {}, 60_000);
    const { port } = await waitFor('the server is up', () => serverOf(server.home));
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${String(port)}`, TEMPORAL_NAMESPACE: 'gdrive-sync' };
    const polls = async (): Promise<Finding | undefined> =>
      (await patients.examine(other.home, env)).findings.find(({ check }) => check === 'pollers');
    const killed = other.spawn(['up', '--every', 'never'], env, 60_000);
    await waitFor('it polls', async () => (await polls())?.level === 'ok');
    await killed.kill('SIGKILL');
    expect(await polls()).toMatchObject({ level: 'warning', remedy: 'run `gdrive-sync up`' });
    await holder.kill('SIGTERM');
  } finally {
    await other.close();
    await server.close();
  }
}, 90_000);

/** Has the check of a store's pages take for ever, as one of a large store seems to. */
const SLOW_CHECK = `
  if (process.argv[1].endsWith('quick-check.js')) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);`;

test('what takes too long is given up, and holds nothing up', async () => {
  const slow = join(patients.temporary, 'slow.cjs');
  writeFileSync(slow, SLOW_CHECK);
  const stalling = await startEmulator({ corpus: { kind: 'seed', seed: 9, files: 60 } });
  try {
    stalling.failNext('oauth2.token', { kind: 'stall' });
    const { code, findings } = await patients.examine(patients.copyHome(), {
      GDRIVE_SYNC_OAUTH_URL: stalling.url,
      NODE_OPTIONS: `--require ${slow}`,
    });
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ check: 'login', says: 'did not answer within 6 s' }),
    ]);
    expect(findings.filter(({ check }) => check === 'store').at(-1)).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/^too large for a quick integrity check; run sqlite3 /) as string,
    });
    expect(findings.at(-1)).toMatchObject({ check: 'quota', level: 'ok' });
  } finally {
    await stalling.close();
  }
});
