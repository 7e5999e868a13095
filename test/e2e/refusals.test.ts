import { generateKeyPairSync } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator, type Fault } from '../../emulator';
import { selfSigned } from '../support/certificates';
import { difference, EXACT, expectPlainError, openRig, type Env, type Rig } from '../support/cli';
import { sendJson, serve } from '../support/raw-server';

const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 41, files: 2_500 }, pageCap: 100 });
  rig = openRig(emulator.url);
});

afterEach(async () => {
  await rig.close();
  await emulator.close();
});

const html = (status: number): Fault => ({ kind: 'status', status, html: true });
const driveError = (status: number, reason: string): Fault => ({ kind: 'drive-error', status, reason });

test('a sync that meets answers that are not of Google, or faults that pass, ends exact', async () => {
  const faults = [
    html(400),
    html(401),
    html(402),
    html(403),
    html(407),
    html(451),
    { kind: 'status', status: 403 } as const,
    driveError(401, 'authError'),
    driveError(403, 'backendError'),
    driveError(403, 'concurrentLimitExceeded'),
    driveError(409, 'conflict'),
    driveError(400, 'failedPrecondition'),
  ];
  emulator.failEvery('files.list', (ordinal) => (ordinal % 2 === 0 ? faults[ordinal / 2 - 1] : undefined));
  emulator.failNext('about.get', html(403));
  emulator.failNext('changes.list', html(401));
  const { code, stderr } = await rig.run(['sync']);
  expect({ code, stderr }).toEqual({ code: 0, stderr });
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

test.each<{ name: string; fault: Fault; times: number; says: RegExp }>([
  {
    name: 'asks to wait for 6 s',
    fault: { kind: 'drive-error', status: 429, reason: 'rateLimitExceeded', retryAfter: '6' },
    times: 1,
    says: /^Google Drive is limiting the request rate .*waits until the problem is gone/m,
  },
  {
    name: 'answers with pages of HTML',
    fault: html(403),
    times: 3,
    says: /^Google Drive answered with a server error .*waits until the problem is gone/m,
  },
])('a sync whose very first request Drive $name waits, says so, and ends exact', async (given) => {
  emulator.failNext('about.get', given.fault, given.times);
  const { code, stderr } = await rig.run(['sync']);
  expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(given.says) as string });
  expect(await difference(rig, emulator)).toEqual(EXACT);
});

/** A service account whose tokens come from the emulator. */
function serviceAccount(): Env {
  const path = join(rig.home, 'key.json');
  const key = {
    type: 'service_account',
    client_email: 'robot@project.iam.gserviceaccount.com',
    private_key: privateKey,
  };
  writeFileSync(path, JSON.stringify(key), { mode: 0o600 });
  return {
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
    GOOGLE_APPLICATION_CREDENTIALS: path,
    GDRIVE_SYNC_OAUTH_URL: emulator.url,
  };
}

test.each([
  {
    name: 'whose clock is wrong',
    body: {
      error: 'invalid_grant',
      error_description:
        'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe.',
    },
    says: /clock is wrong/,
    hint: /set the clock/,
  },
  {
    name: 'that acts for an unknown user',
    body: { error: 'invalid_grant', error_description: 'Invalid email or User ID' },
    says: /does not know the user/,
    hint: /--subject/,
  },
  {
    name: 'that was deleted',
    body: { error: 'invalid_grant', error_description: 'Invalid grant: account not found' },
    says: /account was deleted or disabled/,
    hint: /new JSON key/,
  },
  {
    name: 'to which nothing is delegated',
    body: {
      error: 'unauthorized_client',
      error_description: 'Client is unauthorized to retrieve access tokens using this method',
    },
    says: /may not act for this user/,
    hint: /Admin console.*auth\/drive\.readonly/,
  },
  {
    name: 'whose client is disabled',
    body: { error: 'disabled_client', error_description: 'The OAuth client was disabled.' },
    says: /disabled/,
    hint: /enable it/,
  },
  {
    name: 'that a policy forbids',
    body: { error: 'admin_policy_enforced' },
    says: /administrators/,
    hint: /ask an administrator/,
  },
])('a service account $name is told so, and what to do', async ({ body, says, hint }) => {
  emulator.failEvery('oauth2.token', () => ({ kind: 'status', status: 400, body }));
  const outcome = await rig.run(['sync'], serviceAccount());
  expect(outcome.code).toBe(1);
  expectPlainError(outcome, says);
  expect(outcome.stderr).toMatch(hint);
  expect(outcome.stderr).not.toMatch(/revoked|expired|robot@/);
});

test('a certificate that nobody vouches for is named by sync and doctor, and nothing is retried', async () => {
  const server = await serve((_, response) => sendJson(response, {}), selfSigned('IP:127.0.0.1'));
  try {
    const { host } = new URL(server.url);
    const outcome = await rig.run(['sync'], { GDRIVE_SYNC_DRIVE_URL: server.url });
    expect(outcome.code).toBe(1);
    expectPlainError(
      outcome,
      new RegExp(`TLS certificate of ${host} is not trusted \\(it is self-signed\\)`),
    );
    expect(outcome.stderr).toMatch(/NODE_EXTRA_CA_CERTS/);
    expect(server.connected).toBe(1);
    const doctor = await rig.run(['doctor', '--json'], { GDRIVE_SYNC_DRIVE_URL: server.url });
    const { findings } = JSON.parse(doctor.stdout) as { findings: { check: string }[] };
    expect(findings.find(({ check }) => check === 'drive')).toMatchObject({
      level: 'error',
      says: expect.stringContaining(host) as string,
      remedy: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
    });
  } finally {
    await server.close();
  }
});
