import { spawnSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import { waitFor, type Env } from '../support/cli';
import { alterStore, credentialsOf, LOGIN, openPatients, serverOf, type Patients } from '../support/patients';

/** Makes loading SQLite's native module fail, as after a change of Node's version. */
const BREAK_NATIVE = `
  const { _extensions } = require('node:module');
  const load = _extensions['.node'];
  _extensions['.node'] = (module, file) => {
    if (file.includes('better_sqlite3')) throw new Error('was compiled against a different Node.js version');
    return load(module, file);
  };`;

let patients: Patients;
let shifted: Emulator;
let skewMs = 0;

beforeAll(async () => {
  patients = await openPatients();
  const corpus = { kind: 'seed', seed: 9, files: 60 } as const;
  shifted = await startEmulator({ corpus, scope: 'metadata', now: () => Date.now() + skewMs });
}, 60_000);
afterAll(async () => {
  await patients.close();
  await shifted.close();
});

test('a healthy set-up is healthy, in words and as JSON', async () => {
  const home = patients.copyHome();
  const { code, findings } = await patients.examine(home);
  expect(findings.filter(({ level }) => level !== 'ok')).toEqual([]);
  expect(code).toBe(0);
  const { stdout } = await patients.rig.run(['doctor'], { GDRIVE_SYNC_HOME: home });
  expect(stdout).toMatch(/^ok +store default: 60 files of /m);
  expect(stdout).toMatch(/^ok +credentials default: \S+: a person's login$/m);
  expect(stdout).toMatch(/^ok +settings default: shared drives followed: all; /m);
  expect(stdout).toMatch(/^ok +clock: agrees with Google/m);
  expect(stdout).toMatch(/Everything is as it should be\.\n$/);
});

test('a worker that polls is seen, and so is one that is missing', async () => {
  const up = patients.rig.spawn(['up', '--every', 'never'], {}, 60_000);
  await waitFor('a worker polls', async () => {
    const { findings } = await patients.examine(patients.rig.home);
    return findings.some(
      ({ check, says }) => check === 'pollers' && says.startsWith(`process ${String(up.pid)} polls`),
    );
  });
  const { findings } = await patients.examine(patients.rig.home);
  expect(findings.find(({ check }) => check === 'worker')?.says).toContain(
    `process ${String(up.pid)} is running`,
  );
  const { port } = serverOf(patients.rig.home) ?? { port: 0 };
  const external = { TEMPORAL_ADDRESS: `127.0.0.1:${String(port)}` };
  const other = await patients.examine(patients.copyHome(), {
    ...external,
    TEMPORAL_NAMESPACE: 'gdrive-sync',
  });
  expect(other.findings.find(({ check }) => check === 'pollers')).toMatchObject({
    level: 'warning',
    says: expect.stringContaining('no worker polls') as string,
    remedy: expect.stringContaining('gdrive-sync up') as string,
  });
  const missing = await patients.examine(patients.copyHome(), { ...external, TEMPORAL_NAMESPACE: 'missing' });
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
      writeFileSync(join(patients.temporary, 'file'), '');
      return { GDRIVE_SYNC_HOME: join(patients.temporary, 'file', 'home') };
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
    says: /other users can access .* \(mode 755\)/,
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
    says: /process \d+ did not stop cleanly/,
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
    says: /other users can access .* \(mode 644\)/,
    remedy: /^chmod 600 /,
  },
  {
    name: 'the login was revoked',
    break: (home) => {
      writeFileSync(credentialsOf(home), JSON.stringify({ ...LOGIN, refresh_token: 'dead' }));
      return undefined;
    },
    check: 'credentials',
    says: /the login does not work/,
    remedy: /auth login/,
  },
  {
    name: 'the API is not enabled',
    break: () => {
      const fault = { kind: 'drive-error', status: 403, reason: 'accessNotConfigured' } as const;
      // Asked once without the login and once with it.
      patients.emulator.failNext('about.get', fault, 2);
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
      patients.emulator.failNext('about.get', fault, 2);
      return undefined;
    },
    check: 'drive',
    level: 'warning',
    says: /limiting the request rate/,
    remedy: /wait/,
  },
  {
    name: 'Drive has a server error',
    break: () => {
      patients.emulator.failNext('about.get', { kind: 'status', status: 503 });
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
      patients.emulator.failNext('about.get', { kind: 'html-200' });
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
    name: 'the login may not read metadata',
    break: () => {
      const fault = { kind: 'drive-error', status: 403, reason: 'insufficientPermissions' } as const;
      patients.emulator.failNext('files.list', fault);
      return undefined;
    },
    check: 'credentials',
    says: /lacks a permission/,
    remedy: /auth login/,
  },
  {
    name: 'the login is of another account',
    break: (home) =>
      alterStore(home, "UPDATE store SET permission_id = 'other', email_address = 'other@example.com'"),
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
    break: (home) => alterStore(home, 'PRAGMA user_version = 99'),
    check: 'store',
    says: /schema 99/,
    remedy: /upgrade gdrive-sync/,
  },
  {
    name: 'the store is of an older version',
    break: (home) => alterStore(home, 'PRAGMA user_version = 1'),
    check: 'store',
    level: 'warning',
    says: /has the older schema 1/,
    remedy: /gdrive-sync sync/,
  },
  {
    name: 'the store holds settings that are none',
    break: (home) => alterStore(home, "UPDATE store SET drives = 'garbage'"),
    check: 'settings',
    level: 'warning',
    says: /setting of shared drives in the store is not valid, so all drives are followed/,
    remedy: /sync --drives all/,
  },
  {
    name: 'the copy is old',
    break: (home) => alterStore(home, 'UPDATE source SET as_of = as_of - 3 * 86400000'),
    check: 'store',
    level: 'warning',
    says: /as of .*\(3 days ago\)/,
    remedy: /gdrive-sync up/,
  },
  {
    name: 'a source is partial and failing',
    break: (home) => alterStore(home, "UPDATE source SET gap = 'incomplete-search', failures = 2"),
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
      const file = join(patients.temporary, 'break.cjs');
      writeFileSync(file, BREAK_NATIVE);
      return { NODE_OPTIONS: `--require ${file}` };
    },
    check: 'native module',
    says: /cannot be loaded by Node .* different Node/,
    remedy: /npm rebuild better-sqlite3/,
  },
];

test.each(CASES)('$name: the right line and the right remedy', async (broken) => {
  const home = patients.copyHome();
  const env = broken.break(home);
  const { code, findings } = await patients.examine(home, env);
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

test('a login that reads metadata only is no trouble, and its limit is told', async () => {
  const env = { GDRIVE_SYNC_DRIVE_URL: shifted.url, GDRIVE_SYNC_OAUTH_URL: shifted.url };
  const { code, findings } = await patients.examine(patients.copyHome(), env);
  expect(code).toBe(0);
  expect(findings.find(({ check }) => check === 'shared drives')).toMatchObject({
    level: 'ok',
    says: expect.stringMatching(/found through its files; .*--shared-drives/) as string,
  });
});
