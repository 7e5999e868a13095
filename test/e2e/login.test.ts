import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startEmulator, type Emulator } from '../../emulator';
import { migrations } from '../../src/store/schema/migrations';
import { consent, type Decision } from '../support/browser';
import { openRig, waitFor, type Outcome, type Rig, type Running } from '../support/cli';
import { addressOf, startLogin as start, writeSecrets } from '../support/login';

const KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const OTHER_KEY = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});
const READONLY = 'https://www.googleapis.com/auth/drive.readonly';
const METADATA = 'https://www.googleapis.com/auth/drive.metadata.readonly';
const ROBOT = 'robot@project.iam.gserviceaccount.com';

let emulator: Emulator;
let rig: Rig;

beforeEach(async () => {
  emulator = await startEmulator({
    corpus: { kind: 'seed', seed: 5, files: 300, drives: [{ name: 'Team', files: 20 }] },
    user: { permissionId: '11111', emailAddress: 'me@example.com' },
    others: [{ accessToken: 'other', user: { permissionId: '22222', emailAddress: 'other@example.com' } }],
    oauth: {
      serviceAccounts: [
        { email: ROBOT, publicKey: KEY.publicKey, delegated: ['me@example.com'], scopes: [READONLY] },
      ],
    },
  });
  rig = openRig(emulator.url, { GDRIVE_SYNC_ACCESS_TOKEN: undefined, GDRIVE_SYNC_OAUTH_URL: emulator.url });
});
afterEach(async () => {
  await rig.close();
  await emulator.close();
});

/** Writes a file of JSON into the home. */
function write(name: string, json: unknown): string {
  const path = join(rig.home, name);
  writeFileSync(path, typeof json === 'string' ? json : JSON.stringify(json));
  return path;
}

function key(change: object = {}): string {
  const file = {
    type: 'service_account',
    client_email: ROBOT,
    client_id: '777',
    private_key: KEY.privateKey,
  };
  return write('key.json', { ...file, ...change });
}

const credentials = () => join(rig.home, 'accounts', 'default.credentials.json');

const startLogin = (...args: string[]): Running => start(rig, ...args);

/** Logs in as a person with a browser on the same machine would. */
async function login(decision: Decision = {}, ...args: string[]): Promise<Outcome> {
  const running = startLogin(...args);
  const target = await consent(await addressOf(running), decision);
  const page = await (await fetch(target)).text();
  const outcome = await running.done;
  expect(page).toContain(outcome.code === 0 ? 'You are logged in' : 'The login did not work');
  return outcome;
}

async function keyLogin(path: string, ...args: string[]): Promise<Outcome> {
  return await rig.run(['auth', 'login', '--service-account', path, ...args]);
}

function expectError({ code, stdout, stderr }: Outcome, says: string | RegExp, hint: string | RegExp): void {
  expect(stderr).toMatch(says);
  expect(/^hint: .*$/m.exec(stderr)?.[0]).toMatch(hint);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).toBe('');
  expect(code).toBe(1);
}

describe('a login in the browser', () => {
  test('is kept for the owner alone, opens the account and lists the shared drives where that was asked for', async () => {
    const { code, stdout, stderr } = await login({}, '--shared-drives');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'logged in as me@example.com (account "default")\n',
    });
    expect(stderr).not.toMatch(/login expires/);
    expect(statSync(credentials()).mode & 0o777).toBe(0o600);
    const status = JSON.parse((await rig.run(['auth', 'status', '--json'])).stdout) as object;
    expect(status).toMatchObject({
      emailAddress: 'me@example.com',
      listsSharedDrives: true,
      source: credentials(),
    });
    expect((await rig.run(['sync'])).code).toBe(0);
  });

  test.each(['about.get', 'oauth2.token'])('is kept although Google fails at first: %s', async (method) => {
    emulator.failNext(method, { kind: 'drive-error', status: 503, reason: 'backendError' }, 2);
    const { code, stderr } = await login();
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/server error \(HTTP 503, backendError\): trying again in/) as string,
    });
  });

  test('asks for metadata alone where nobody can be asked, and says what that means', async () => {
    const running = startLogin();
    const address = await addressOf(running);
    expect(new URL(address).searchParams.get('scope')).toBe(METADATA);
    await fetch(await consent(address));
    expect((await running.done).stderr).toMatch(/shared drives are found only through their files/);
    const { stdout } = await rig.run(['auth', 'status']);
    expect(stdout).toMatch(/can list shared drives: no/);
  });

  test('uses PKCE and a state, and a port of this machine only', async () => {
    const running = startLogin();
    const { searchParams } = new URL(await addressOf(running));
    expect(searchParams.get('code_challenge_method')).toBe('S256');
    expect(searchParams.get('code_challenge')).toHaveLength(43);
    expect(searchParams.get('state')?.length).toBeGreaterThan(20);
    expect(searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    await running.kill('SIGINT');
    expect(await running.done).toMatchObject({ code: 130 });
  });

  test('can be finished by pasting the address of a page that does not load', async () => {
    const running = startLogin();
    running.type(await consent(await addressOf(running)));
    expect(await running.done).toMatchObject({ code: 0 });
  });

  test('a second one needs no file of the client, and one of another account is refused', async () => {
    await login();
    const before = readFileSync(credentials(), 'utf8');
    const running = rig.spawn(['auth', 'login', '--no-browser']);
    await fetch(await consent(await addressOf(running), { account: 'other@example.com' }));
    expectError(
      await running.done,
      /holds the files of me@example\.com, but this login belongs to other@/,
      /--account/,
    );
    expect(readFileSync(credentials(), 'utf8')).toBe(before);
  });

  test('brings a store that an older version left up to date', async () => {
    mkdirSync(join(rig.home, 'accounts'), { recursive: true });
    const db = new Database(rig.store);
    for (const migration of migrations.slice(0, 2)) db.exec(migration);
    db.exec(`PRAGMA application_id = ${String(0x47447379)}; PRAGMA user_version = 2`);
    db.exec("INSERT INTO store (store_id, created_at) VALUES ('0123456789abcdef', 1)");
    db.close();
    expect(await login({}, '--shared-drives')).toMatchObject({ code: 0 });
    expect((await rig.run(['sync'])).code).toBe(0);
  });

  test('is forgotten at Google and here by logging out, and what it brought stays', async () => {
    await login({}, '--shared-drives');
    await rig.run(['sync']);
    expect(await rig.run(['auth', 'logout'])).toMatchObject({ code: 0 });
    expect(existsSync(credentials())).toBe(false);
    expect(emulator.counts['oauth2.revoke']).toBe(1);
    expectError(await rig.run(['sync']), /there are no credentials/, /auth login/);
    expect((await rig.run(['sql', 'SELECT count(*) FROM files'])).stdout).toMatch(/320/);
  });
});

describe('a login that does not work says why', () => {
  test('access denied', async () => {
    expectError(await login({ decision: 'deny' }), /access was not allowed/, /"Allow"/);
    expect(existsSync(credentials())).toBe(false);
  });

  test('a wrong secret of the client', async () => {
    const running = rig.spawn([
      'auth',
      'login',
      '--no-browser',
      '--client-secrets',
      writeSecrets(rig, { client_secret: 'x' }),
    ]);
    running.type(await consent(await addressOf(running)));
    expectError(
      await running.done,
      /does not know this OAuth client, or its secret/,
      /download the JSON file/,
    );
  });

  test('a port that is taken', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    expectError(await startLogin('--port', String(port)).done, /port \d+ .* is taken/, /--port/);
    server.close();
  });

  test('nobody answers', async () => {
    expectError(
      await startLogin('--timeout', '1s').done,
      /not completed in the browser within 1s/,
      /auth login/,
    );
  });

  test('no server to log in at', async () => {
    const running = startLogin();
    const target = await consent(await addressOf(running));
    await emulator.close();
    await fetch(target);
    expectError(await running.done, /cannot be reached/, /connection/);
    emulator = await startEmulator();
  });

  test('a part of the access is not granted', async () => {
    const client = write('client.json', {
      installed: { client_id: 'emulator-client', client_secret: 'emulator-secret' },
    });
    const running = rig.spawn(['auth', 'login', '--no-browser', '--client-secrets', client]);
    running.type(await consent(await addressOf(running), { granted: [] }));
    expectError(await running.done, /access was not allowed/, /Allow/);
  });

  test('the box for Google Drive is not ticked', async () => {
    const tokens = { access_token: 'token', refresh_token: 'refresh', scope: 'openid' };
    emulator.failNext('oauth2.token', { kind: 'status', status: 200, body: tokens });
    expectError(await login(), /box for Google Drive was not ticked/, /leave it ticked/);
  });

  test.each([
    { name: 'no file', file: () => join(rig.home, 'none.json'), says: /cannot be read/, hint: /Desktop app/ },
    {
      name: 'no JSON',
      file: () => write('c.json', 'secret-text'),
      says: /it is not JSON/,
      hint: /Desktop app/,
    },
    {
      name: 'a client for web servers',
      file: () => write('c.json', { web: { client_id: '1' } }),
      says: /for web servers/,
      hint: /Desktop app/,
    },
    {
      name: 'the key of a service account',
      file: () => key(),
      says: /key of a service account/,
      hint: /--service-account/,
    },
    {
      name: 'no secret in it',
      file: () => write('c.json', { installed: { client_id: '1' } }),
      says: /has no client_secret/,
      hint: /Desktop app/,
    },
  ])('a file of the client that is none: $name', async ({ file, says, hint }) => {
    const outcome = await rig.run(['auth', 'login', '--no-browser', '--client-secrets', file()]);
    expectError(outcome, says, hint);
    expect(outcome.stderr).not.toContain('secret-text');
  });

  test('the first login without a client', async () => {
    const { code, stderr } = await rig.run(['auth', 'login']);
    expect(stderr).toMatch(/needs an OAuth client of your own/);
    expect(code).toBe(2);
  });
});

describe('a service account', () => {
  test('acts for a user of its domain, and syncs', async () => {
    const { code, stdout } = await keyLogin(key(), '--subject', 'me@example.com');
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: 'logged in as me@example.com (account "default")\n',
    });
    expect((await rig.run(['sync'])).code).toBe(0);
  });

  test.each([
    {
      name: 'delegation is not granted',
      change: {},
      subject: 'other@example.com',
      says: /may not act for other@example\.com/,
      hint: /Domain-wide delegation: client ID 777, scope \S+drive\.readonly/,
    },
    {
      name: 'the user does not exist',
      change: {},
      subject: 'nobody@example.com',
      says: /does not exist in the domain/,
      hint: /primary e-mail/,
    },
    {
      name: 'the key is not its own',
      change: { private_key: OTHER_KEY.privateKey },
      subject: 'me@example.com',
      says: /does not accept the key/,
      hint: /new JSON key/,
    },
    {
      name: 'it was deleted',
      change: { client_email: 'gone@x.iam.gserviceaccount.com' },
      subject: 'me@example.com',
      says: /does not know this service account/,
      hint: /Google Cloud console/,
    },
    {
      name: 'the key is damaged',
      change: { private_key: 'no key' },
      subject: 'me@example.com',
      says: /private key in .* cannot be read/,
      hint: /new JSON key/,
    },
    {
      name: 'the file is another one',
      change: { type: 'authorized_user', client_secret: 's', refresh_token: 'r' },
      subject: 'me@example.com',
      says: /is not the key of a service account/,
      hint: /JSON key/,
    },
  ])('is refused with one sentence: $name', async ({ change, subject, says, hint }) => {
    const outcome = await keyLogin(key(change), '--subject', subject);
    expectError(outcome, says, hint);
    expect(existsSync(credentials())).toBe(false);
  });
});

describe('a login that is lost', () => {
  test('an access token that dies in mid-crawl is renewed', async () => {
    await login({}, '--shared-drives');
    let listings = 0;
    emulator.failEvery('files.list', () => {
      listings += 1;
      if (listings === 1) emulator.expireAccessTokens();
      return undefined;
    });
    expect((await rig.run(['sync'])).code).toBe(0);
    expect(emulator.counts['oauth2.token']).toBeGreaterThan(2);
  });

  test('a login that is revoked in mid-crawl parks the job, and a new login finishes the same one', async () => {
    await login({}, '--shared-drives');
    let listings = 0;
    emulator.failEvery('files.list', () => {
      listings += 1;
      if (listings === 2) emulator.revoke();
      return undefined;
    });
    const up = rig.spawn(['up', '--every', 'never'], {}, 120_000);
    await rig.run(['initiate']);
    const [parked] = await waitFor('the job waits', async () => {
      const jobs = await rig.jobs();
      return jobs[0]?.state === 'waiting' && jobs;
    });
    expect(parked).toMatchObject({ reason: expect.stringContaining('the login does not work') as string });
    const { code, stderr } = await login({}, '--shared-drives');
    expect(stderr).toContain(`job ${parked?.jobId ?? ''}: resumed`);
    expect(code).toBe(0);
    const jobs = await waitFor('the job is through', async () => {
      const list = await rig.jobs();
      return list[0]?.state === 'completed' && list;
    });
    expect(jobs.map(({ jobId }) => jobId)).toEqual([parked?.jobId]);
    await up.kill('SIGTERM');
    expect((await rig.run(['sql', 'SELECT count(*) FROM files'])).stdout).toMatch(/320/);
  });

  test('without a worker, a new login leaves the job to the next sync', async () => {
    await login({}, '--shared-drives');
    let listings = 0;
    emulator.failEvery('files.list', () => {
      listings += 1;
      if (listings === 2) emulator.revoke();
      return undefined;
    });
    expect((await rig.run(['sync'])).code).toBe(1);
    const [parked] = await rig.jobs();
    const { code, stderr } = await login({}, '--shared-drives');
    expect([code, stderr]).toEqual([0, expect.stringContaining('Run `gdrive-sync sync`')]);
    expect(await rig.jobs()).toEqual([expect.objectContaining({ jobId: parked?.jobId, state: 'pending' })]);
    expect((await rig.run(['sync'])).code).toBe(0);
    expect(await rig.jobs()).toEqual([expect.objectContaining({ jobId: parked?.jobId, state: 'completed' })]);
  });
});
