/** What keeps a home's worker from starting is in its log, for whoever has not seen its stderr. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { selfSigned } from '../support/certificates';
import { openRig, OWN_TEMPORAL, waitFor, type Env, type Rig } from '../support/cli';
import { sendJson, serve, type RawServer } from '../support/raw-server';

const NOBODY = 'http://127.0.0.1:9/';

let emulator: Emulator;
let untrusted: RawServer;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 43, files: 10 }, pageCap: 100 });
  untrusted = await serve((_, response) => sendJson(response, {}), selfSigned('IP:127.0.0.1'));
  rig = openRig(emulator.url, OWN_TEMPORAL);
});

afterEach(async () => {
  await rig.close();
  await untrusted.close();
  await emulator.close();
});

interface Line {
  level: string;
  message: string;
  account?: string;
  kind?: string;
}

function logged(): Line[] {
  const path = join(rig.home, 'logs', 'worker.log');
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Line);
}

const FAULTS: { name: string; env: () => Env; says: RegExp; kind?: string }[] = [
  {
    name: 'an access token that is refused',
    env: () => ({ GDRIVE_SYNC_ACCESS_TOKEN: 'not-good' }),
    says: /refuses the access token that GDRIVE_SYNC_ACCESS_TOKEN holds/,
    kind: 'needs-login',
  },
  {
    name: 'no credentials',
    env: () => ({ GDRIVE_SYNC_ACCESS_TOKEN: undefined }),
    says: /there are no credentials for account "default"/,
  },
  {
    name: 'a Drive that cannot be reached',
    env: () => ({ GDRIVE_SYNC_DRIVE_URL: NOBODY }),
    says: /Google Drive cannot be reached.*127\.0\.0\.1:9/,
    kind: 'network',
  },
  {
    name: 'a certificate that nobody vouches for',
    env: () => ({ GDRIVE_SYNC_DRIVE_URL: untrusted.url }),
    says: /TLS certificate of .* is not trusted/,
    kind: 'untrusted-certificate',
  },
  {
    name: 'a Temporal CLI that is none',
    env: () => ({ TEMPORAL_CLI_PATH: '/bin/false' }),
    says: /TEMPORAL_CLI_PATH names \/bin\/false, which does not run/,
  },
];

test.each(FAULTS)('a sync that fails because of $name leaves a line', async ({ env, says, kind }) => {
  const outcome = await rig.run(['sync'], env());
  expect(outcome.code).toBe(1);
  const lines = logged().filter(({ level }) => level === 'error');
  expect(lines).toMatchObject([
    { account: 'default', message: expect.stringMatching(says) as string, ...(kind && { kind }) },
  ]);
  expect(outcome.stderr).not.toMatch(/ERROR/);
});

test('a login of another Google account leaves a line, without its address', async () => {
  expect((await rig.run(['sync'])).code).toBe(0);
  const other = await startEmulator({
    corpus: { kind: 'seed', seed: 44, files: 10 },
    user: { permissionId: '09876543210987654321', emailAddress: 'other@example.com' },
  });
  try {
    const outcome = await rig.run(['sync'], { GDRIVE_SYNC_DRIVE_URL: other.url });
    expect(outcome.code).toBe(1);
    const lines = logged().filter(({ level }) => level === 'error');
    expect(lines).toMatchObject([
      { kind: 'wrong-account', message: expect.stringMatching(/another Google account/) as string },
    ]);
    expect(JSON.stringify(logged())).not.toContain('@');
  } finally {
    await other.close();
  }
});

test('an account that `up` cannot keep current leaves a line', async () => {
  mkdirSync(dirname(rig.store), { recursive: true });
  writeFileSync(rig.store, 'this is no store'.repeat(1_000));
  const up = rig.spawn(['up', '--every', '30s']);
  await waitFor('the log has the line', () => logged().some(({ level }) => level === 'error'));
  await up.kill('SIGTERM');
  expect(logged().filter(({ level }) => level === 'error')).toMatchObject([
    { account: 'default', message: expect.stringMatching(/^cannot start a job: .*default\.db/) as string },
  ]);
});
