/** Credentials that go while a job runs: the job waits for them, whatever became of the file. */
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { generateKeyPairSync } from 'node:crypto';
import { startEmulator, type Emulator } from '../../emulator';
import { difference, EXACT, openRig, pagesReach, waitFor, type Rig } from '../support/cli';
import { alterStore, credentialsOf, LOGIN } from '../support/patients';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  const corpus = { kind: 'seed', seed: 77, files: 3_000 } as const;
  emulator = await startEmulator({ corpus, pageCap: 100, latencyMs: 60 });
  rig = openRig(emulator.url, {
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
    GDRIVE_SYNC_OAUTH_URL: emulator.url,
  });
  mkdirSync(`${rig.home}/accounts`, { recursive: true });
  writeFileSync(credentialsOf(rig.home), JSON.stringify(LOGIN), { mode: 0o600 });
});

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

/** `returns`: the login is good again once its file is back. */
const LOSSES: { name: string; lose: (file: string) => unknown; returns: boolean }[] = [
  { name: 'deleted', lose: (file) => rmSync(file), returns: true },
  { name: 'cut short', lose: (file) => truncateSync(file, 40), returns: true },
  { name: 'given up by `auth logout`', lose: async () => await rig.run(['auth', 'logout']), returns: false },
];

async function inState(state: string): Promise<{ jobId: string; reason?: string }> {
  return await waitFor(`a job is ${state}`, async () =>
    (await rig.jobs()).find((job) => job.state === state),
  );
}

test.each(LOSSES)('a login that is $name in mid-crawl has the job wait for it', async ({ lose, returns }) => {
  const file = credentialsOf(rig.home);
  const content = readFileSync(file);
  const up = rig.spawn(['up'], {}, 120_000);
  await pagesReach(emulator, 6, up);
  await lose(file);
  const waiting = await inState('waiting');
  expect(waiting.reason).toMatch(/is missing/);
  if (!returns) return;
  writeFileSync(file, content, { mode: 0o600 });
  expect(await rig.run(['resume'])).toMatchObject({ code: 0 });
  expect(await inState('completed')).toMatchObject({ jobId: waiting.jobId });
  await up.kill('SIGINT');
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

test('a job that a schedule starts while there is no login waits for one', async () => {
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
  rmSync(credentialsOf(rig.home));
  const up = rig.spawn(['up', '--every', 'never'], {}, 120_000);
  await waitFor('up works', () => up.stderr.includes('Working in'));
  expect(await rig.run(['schedule', 'set', '--every', '1h'])).toMatchObject({ code: 0 });
  expect(await rig.run(['schedule', 'trigger'])).toMatchObject({ code: 0 });
  expect((await inState('waiting')).reason).toMatch(/is missing/);
  await up.kill('SIGINT');
});

test('a login succeeds though a job waits for it and Temporal cannot be reached', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const email = 'robot@project.iam.gserviceaccount.com';
  const scopes = ['https://www.googleapis.com/auth/drive.readonly'];
  const robots = await startEmulator({
    corpus: { kind: 'seed', seed: 3, files: 10 },
    user: { permissionId: '11111', emailAddress: 'me@example.com' },
    oauth: { serviceAccounts: [{ email, publicKey, delegated: ['me@example.com'], scopes }] },
  });
  const key = { type: 'service_account', client_email: email, client_id: '777', private_key: privateKey };
  const file = join(rig.home, 'key.json');
  writeFileSync(file, JSON.stringify(key));
  const settings = {
    GDRIVE_SYNC_DRIVE_URL: robots.url,
    GDRIVE_SYNC_OAUTH_URL: robots.url,
    TEMPORAL_ADDRESS: '127.0.0.1:1',
  };
  const login = ['auth', 'login', '--service-account', file, '--subject', 'me@example.com', '--json'];
  try {
    expect(await rig.run(login, settings)).toMatchObject({ code: 0 });
    alterStore(
      rig.home,
      "INSERT INTO job (id, attempt, state, reason, requested_at) VALUES ('j', 1, 'waiting', 'needs-login', 1)",
    );
    const { code, stdout, stderr } = await rig.run(login, settings);
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringContaining('gdrive-sync resume') as string,
    });
    expect(JSON.parse(stdout)).toMatchObject({ account: 'default', resumed: [] });
    // The worker's role was given back.
    expect(await rig.run(['history', '--keep', '300d'], settings)).toMatchObject({ code: 0 });
  } finally {
    await robots.close();
  }
});
