import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { startEmulator, type Emulator } from '../../src/emulator';
import { openRig, waitFor, type Env, type Rig } from '../support/cli';

interface Finding {
  check: string;
  account?: string;
  level: 'ok' | 'warning' | 'error';
  says: string;
  remedy?: string;
}

const LOGIN = {
  type: 'authorized_user',
  client_id: 'emulator-client',
  client_secret: 'emulator-secret',
  refresh_token: 'emulator-refresh',
};
/** Makes loading SQLite's native module fail, as after a change of Node's version. */
const BREAK_NATIVE = `
  const { _extensions } = require('node:module');
  const load = _extensions['.node'];
  _extensions['.node'] = (module, file) => {
    if (file.includes('better_sqlite3')) throw new Error('was compiled against a different Node.js version');
    return load(module, file);
  };`;

let emulator: Emulator;
let shifted: Emulator;
let rig: Rig;
let synced: string;
let temporary: string;
let skewMs = 0;

beforeAll(async () => {
  temporary = mkdtempSync(join(tmpdir(), 'gdrive-sync-doctor-'));
  const corpus = { kind: 'seed', seed: 9, files: 60 } as const;
  emulator = await startEmulator({
    corpus,
    others: [{ accessToken: 'second-token', refreshToken: 'second-refresh', corpus }],
  });
  shifted = await startEmulator({ corpus, scope: 'metadata', now: () => Date.now() + skewMs });
  rig = openRig(emulator.url, { GDRIVE_SYNC_ACCESS_TOKEN: undefined, GDRIVE_SYNC_OAUTH_URL: emulator.url });
  mkdirSync(join(rig.home, 'accounts'), { recursive: true });
  writeFileSync(credentialsOf(rig.home), JSON.stringify(LOGIN), { mode: 0o600 });
  expect((await rig.run(['sync'])).code).toBe(0);
  synced = join(temporary, 'synced');
  cpSync(join(rig.home, 'accounts'), join(synced, 'accounts'), { recursive: true });
}, 60_000);
afterAll(async () => {
  await rig.close();
  await emulator.close();
  await shifted.close();
  rmSync(temporary, { recursive: true });
});

function credentialsOf(home: string): string {
  return join(home, 'accounts', 'default.credentials.json');
}

/** Where a home's own server is; undefined while it has none. */
function portOf(home: string): { port: number } | undefined {
  const file = join(home, 'temporal', 'server.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { port: number }) : undefined;
}

function alter(home: string, sql: string): undefined {
  const db = new Database(join(home, 'accounts', 'default.db'));
  db.exec(sql);
  db.close();
}

let homes = 0;

/** A healthy home of its own, to be broken. */
function copyHome(): string {
  homes += 1;
  const home = join(temporary, `home-${String(homes)}`);
  cpSync(synced, home, { recursive: true });
  chmodSync(home, 0o700);
  chmodSync(credentialsOf(home), 0o600);
  return home;
}

async function examine(home: string, env: Env = {}) {
  const { code, stdout, stderr } = await rig.run(['doctor', '--json'], { GDRIVE_SYNC_HOME: home, ...env });
  expect(stderr).toBe('');
  const answer = JSON.parse(stdout) as { findings: Finding[]; errors: number; warnings: number };
  return { code, ...answer };
}

test('a healthy set-up is healthy, in words and as JSON', async () => {
  const home = copyHome();
  const { code, findings, errors, warnings } = await examine(home);
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect({ code, errors, warnings }).toEqual({ code: 0, errors: 0, warnings: 0 });
  const { stdout } = await rig.run(['doctor'], { GDRIVE_SYNC_HOME: home });
  expect(stdout).toMatch(/^ok +store default: 60 files of /m);
  expect(stdout).toMatch(/^ok +credentials default: \S+: a person's login$/m);
  expect(stdout).toMatch(/^ok +settings default: shared drives followed: all; /m);
  expect(stdout).toMatch(/^ok +clock: agrees/m);
  expect(stdout).toMatch(/Everything is as it should be\.\n$/);
});

test('a worker that polls is seen, and so is one that is missing', async () => {
  const up = rig.spawn(['up', '--every', 'never'], {}, 60_000);
  await waitFor('a worker polls', async () => {
    const { findings } = await examine(rig.home);
    return findings.some(
      ({ check, says }) => check === 'pollers' && says.startsWith(`process ${String(up.pid)} polls`),
    );
  });
  const { findings } = await examine(rig.home);
  expect(findings.find(({ check }) => check === 'worker')?.says).toContain(`process ${String(up.pid)} works`);
  const { port } = portOf(rig.home) ?? { port: 0 };
  const external = { TEMPORAL_ADDRESS: `127.0.0.1:${String(port)}` };
  const other = await examine(copyHome(), { ...external, TEMPORAL_NAMESPACE: 'gdrive-sync' });
  expect(other.findings.find(({ check }) => check === 'pollers')).toMatchObject({
    level: 'warning',
    says: expect.stringContaining('no worker polls') as string,
    remedy: expect.stringContaining('gdrive-sync up') as string,
  });
  const missing = await examine(copyHome(), { ...external, TEMPORAL_NAMESPACE: 'missing' });
  expect(missing.findings.find(({ check }) => check === 'temporal')).toMatchObject({
    level: 'error',
    says: 'the Temporal server has no namespace missing',
    remedy: expect.stringContaining('namespace create --namespace missing') as string,
  });
  await up.kill('SIGTERM');
}, 90_000);

interface Case {
  name: string;
  break: (home: string) => Env | undefined;
  check: string;
  level?: 'warning';
  says: RegExp;
  remedy: RegExp;
}

const CASES: Case[] = [
  {
    name: 'the home lies below a file',
    break: () => {
      writeFileSync(join(temporary, 'file'), '');
      return { GDRIVE_SYNC_HOME: join(temporary, 'file', 'home') };
    },
    check: 'home',
    says: /cannot be used/,
    remedy: /--home/,
  },
  {
    name: 'the home can be read by others',
    break: (home) => {
      chmodSync(home, 0o755);
      return undefined;
    },
    check: 'home',
    level: 'warning',
    says: /can be used by others \(mode 755\)/,
    remedy: /^chmod 700 /,
  },
  {
    name: 'a worker was killed',
    break: (home) => {
      const { pid } = spawnSync('true');
      writeFileSync(join(home, 'worker.json'), JSON.stringify({ pid }));
      return undefined;
    },
    check: 'worker',
    level: 'warning',
    says: /process \d+ ended without letting go of its work/,
    remedy: /gdrive-sync up/,
  },
  {
    name: 'there is no login',
    break: (home) => {
      rmSync(credentialsOf(home));
      return undefined;
    },
    check: 'credentials',
    says: /no credentials for account "default"/,
    remedy: /auth login/,
  },
  {
    name: 'the login is damaged',
    break: (home) => {
      writeFileSync(credentialsOf(home), '{"type":', { mode: 0o600 });
      return undefined;
    },
    check: 'credentials',
    says: /it is not JSON/,
    remedy: /auth login/,
  },
  {
    name: 'the login can be read by others',
    break: (home) => {
      chmodSync(credentialsOf(home), 0o644);
      return undefined;
    },
    check: 'credentials',
    level: 'warning',
    says: /can be used by others \(mode 644\)/,
    remedy: /^chmod 600 /,
  },
  {
    name: 'the login was revoked',
    break: (home) => {
      writeFileSync(credentialsOf(home), JSON.stringify({ ...LOGIN, refresh_token: 'dead' }));
      return undefined;
    },
    check: 'credentials',
    says: /refuses the stored login/,
    remedy: /auth login/,
  },
  {
    name: 'the API is not enabled',
    break: () => {
      const fault = { kind: 'drive-error', status: 403, reason: 'accessNotConfigured' } as const;
      // Asked once without the login and once with it.
      emulator.failNext('about.get', fault, 2);
      return undefined;
    },
    check: 'credentials',
    says: /API is not enabled/,
    remedy: /Google Cloud console/,
  },
  {
    name: 'Drive asks to slow down',
    break: () => {
      const fault = { kind: 'drive-error', status: 403, reason: 'rateLimitExceeded' } as const;
      emulator.failNext('about.get', fault, 2);
      return undefined;
    },
    check: 'drive',
    level: 'warning',
    says: /asks to slow down/,
    remedy: /wait/,
  },
  {
    name: 'Drive has a server error',
    break: () => {
      emulator.failNext('about.get', { kind: 'status', status: 503 });
      return undefined;
    },
    check: 'drive',
    level: 'warning',
    says: /answers with HTTP 503/,
    remedy: /try again/,
  },
  {
    name: 'something else than Drive answers',
    break: () => {
      emulator.failNext('about.get', { kind: 'html-200' });
      return undefined;
    },
    check: 'drive',
    says: /does not answer as Google Drive does \(HTTP 200\)/,
    remedy: /login in the browser/,
  },
  {
    name: 'the login server cannot be reached',
    break: () => ({ GDRIVE_SYNC_OAUTH_URL: 'http://127.0.0.1:9/' }),
    check: 'drive',
    says: /cannot be reached/,
    remedy: /GDRIVE_SYNC_OAUTH_URL/,
  },
  {
    name: 'shared drives cannot be listed',
    break: () => ({
      GDRIVE_SYNC_DRIVE_URL: shifted.url,
      GDRIVE_SYNC_OAUTH_URL: shifted.url,
    }),
    check: 'shared drives',
    level: 'warning',
    says: /cannot be listed/,
    remedy: /--shared-drives/,
  },
  {
    name: 'the login is of another account',
    break: (home) =>
      alter(home, "UPDATE store SET permission_id = 'other', email_address = 'other@example.com'"),
    check: 'login',
    says: /holds the files of other@example\.com/,
    remedy: /--account/,
  },
  {
    name: 'Drive cannot be reached',
    break: () => ({ GDRIVE_SYNC_DRIVE_URL: 'http://127.0.0.1:9/' }),
    check: 'drive',
    says: /cannot be reached at http:\/\/127\.0\.0\.1:9/,
    remedy: /connection/,
  },
  {
    name: 'the clock is ten minutes off',
    break: () => {
      skewMs = 600_000;
      return { GDRIVE_SYNC_DRIVE_URL: shifted.url, GDRIVE_SYNC_OAUTH_URL: shifted.url };
    },
    check: 'clock',
    says: /behind Google's: logins fail/,
    remedy: /synchronization/,
  },
  {
    name: 'the store is damaged',
    break: (home) => {
      const path = join(home, 'accounts', 'default.db');
      const bytes = readFileSync(path);
      writeFileSync(path, bytes.fill(0x55, 8192 * 3, 8192 * 20));
      return undefined;
    },
    check: 'store',
    says: /is damaged/,
    remedy: /move the file away/,
  },
  {
    name: 'the store is of a newer version',
    break: (home) => alter(home, 'PRAGMA user_version = 99'),
    check: 'store',
    says: /schema 99/,
    remedy: /upgrade gdrive-sync/,
  },
  {
    name: 'the store is of an older version',
    break: (home) => alter(home, 'PRAGMA user_version = 1'),
    check: 'store',
    level: 'warning',
    says: /has the older schema 1/,
    remedy: /gdrive-sync sync/,
  },
  {
    name: 'the copy is old',
    break: (home) => alter(home, 'UPDATE source SET current_at = current_at - 3 * 86400000'),
    check: 'store',
    level: 'warning',
    says: /as of .*\(3 days ago\)/,
    remedy: /gdrive-sync up/,
  },
  {
    name: 'a source is partial and failing',
    break: (home) => alter(home, "UPDATE source SET gap = 'incomplete-search', failures = 2"),
    check: 'store',
    level: 'warning',
    says: /^1 source partial, 1 source failing$/,
    remedy: /gdrive-sync status/,
  },
  {
    name: 'Temporal does not answer',
    break: () => ({ TEMPORAL_ADDRESS: '127.0.0.1:9' }),
    check: 'temporal',
    says: /127\.0\.0\.1:9, namespace default cannot be used/,
    remedy: /TEMPORAL_ADDRESS/,
  },
  {
    name: 'the binary of the server is not there',
    break: () => ({ TEMPORAL_CLI_PATH: '/nowhere/temporal' }),
    check: 'temporal binary',
    says: /TEMPORAL_CLI_PATH names \/nowhere\/temporal, which does not run/,
    remedy: /unset it/,
  },
  {
    name: 'the native module was built for another Node',
    break: () => {
      const file = join(temporary, 'break.cjs');
      writeFileSync(file, BREAK_NATIVE);
      return { NODE_OPTIONS: `--require ${file}` };
    },
    check: 'native module',
    says: /cannot be loaded by Node .* different Node/,
    remedy: /npm rebuild better-sqlite3/,
  },
];

test.each(CASES)('$name: the right line and the right remedy', async (broken) => {
  const home = copyHome();
  const env = broken.break(home);
  const { code, findings } = await examine(home, env);
  skewMs = 0;
  const line = findings.find(({ check, level }) => check === broken.check && level !== 'ok');
  expect(line).toMatchObject({
    level: broken.level ?? 'error',
    says: expect.stringMatching(broken.says) as string,
    remedy: expect.stringMatching(broken.remedy) as string,
  });
  expect(code).toBe(broken.level === 'warning' ? 0 : 1);
  const others = findings.filter((finding) => finding !== line && finding.level === 'error');
  expect(others).toEqual([]);
});

test('without a home what does not need one is still looked at', async () => {
  const file = join(temporary, 'no-folder');
  writeFileSync(file, '');
  const { code, findings } = await examine(file, { GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token' });
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
  ]);
});

test('every account is looked at, or the one that is named', async () => {
  const home = copyHome();
  const second = join(home, 'accounts', 'second.credentials.json');
  writeFileSync(second, JSON.stringify({ ...LOGIN, refresh_token: 'second-refresh' }), { mode: 0o600 });
  const all = await examine(home);
  const stores = all.findings.filter(({ check }) => check === 'store' || check === 'login');
  expect(all.code).toBe(0);
  expect(stores.map(({ check, account, says }) => `${check} ${account ?? ''}: ${says}`)).toEqual([
    expect.stringMatching(/^store default: 60 files of /),
    expect.stringMatching(/^store default: as of /),
    'store second: no copy yet; `gdrive-sync sync` makes one',
    expect.stringMatching(/^login default: is of /),
    expect.stringMatching(/^login second: is of /),
  ]);
  const one = await examine(home, { GDRIVE_SYNC_ACCOUNT: 'second' });
  expect(new Set(one.findings.map(({ account }) => account))).toEqual(new Set([undefined, 'second']));
});

test('a clock that is wrong is told although the login is refused for it', async () => {
  skewMs = -600_000;
  const { findings } = await examine(copyHome(), {
    GDRIVE_SYNC_DRIVE_URL: shifted.url,
    GDRIVE_SYNC_OAUTH_URL: shifted.url,
    GDRIVE_SYNC_ACCESS_TOKEN: 'not-good',
  });
  skewMs = 0;
  const wrong = findings.filter(({ level }) => level === 'error');
  expect(wrong.map(({ check, says }) => `${check}: ${says}`)).toEqual([
    expect.stringMatching(/^credentials: .*refuses/),
    expect.stringMatching(/^clock: .* ahead of Google's/),
  ]);
});

test('a worker that was killed is not taken for one that polls, though the server remembers it', async () => {
  const server = openRig(emulator.url);
  const other = openRig(emulator.url);
  try {
    const holder = server.spawn(['up', '--every', 'never'], {}, 60_000);
    const { port } = await waitFor('the server is up', () => portOf(server.home));
    const env = { TEMPORAL_ADDRESS: `127.0.0.1:${String(port)}`, TEMPORAL_NAMESPACE: 'gdrive-sync' };
    const polls = async (): Promise<Finding | undefined> =>
      (await examine(other.home, env)).findings.find(({ check }) => check === 'pollers');
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
  const slow = join(temporary, 'slow.cjs');
  writeFileSync(slow, SLOW_CHECK);
  const stalling = await startEmulator({ corpus: { kind: 'seed', seed: 9, files: 60 } });
  try {
    stalling.failNext('oauth2.token', { kind: 'stall' });
    const { code, findings } = await examine(copyHome(), {
      GDRIVE_SYNC_OAUTH_URL: stalling.url,
      NODE_OPTIONS: `--require ${slow}`,
    });
    expect(code).toBe(1);
    expect(findings.filter(({ level }) => level === 'error')).toEqual([
      expect.objectContaining({ check: 'login', says: 'did not answer within 6 s' }),
    ]);
    expect(findings.filter(({ check }) => check === 'store').at(-1)).toMatchObject({
      level: 'ok',
      says: expect.stringMatching(/^too large to be read through here: sqlite3 /) as string,
    });
    expect(findings.at(-1)).toMatchObject({ check: 'clock', level: 'ok' });
  } finally {
    await stalling.close();
  }
});
