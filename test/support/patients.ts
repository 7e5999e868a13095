/** Healthy homes to be broken, and what `doctor` says of them. */
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
import { startEmulator, type Emulator } from '../../emulator';
import { openRig, OWN_TEMPORAL, type Env, type Rig } from './cli';

/** One line of `doctor --json`. */
export interface Finding {
  check: string;
  account?: string;
  level: 'ok' | 'warning' | 'error';
  says: string;
  remedy?: string;
}

/** The login of the emulated Drive's first account. */
export const LOGIN = {
  type: 'authorized_user',
  client_id: 'emulator-client',
  client_secret: 'emulator-secret',
  refresh_token: 'emulator-refresh',
};

/** A synced home and copies of it. */
export interface Patients {
  /** A Drive with a second account. */
  emulator: Emulator;
  rig: Rig;
  /** A folder for what a test needs besides. */
  temporary: string;
  /** Makes a healthy home. */
  copyHome(): string;
  examine(home: string, env?: Env): Promise<{ code: number | null; findings: Finding[] }>;
  close(): Promise<void>;
}

/** Where the default account's login is. */
export function credentialsOf(home: string): string {
  return join(home, 'accounts', 'default.credentials.json');
}

/** Where a home's own server is; undefined while it has none. */
export function serverOf(home: string): { port: number } | undefined {
  const file = join(home, 'temporal', 'server.json');
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as { port: number }) : undefined;
}

/** Changes the default account's store by other hands. */
export function alterStore(home: string, sql: string): undefined {
  const db = new Database(join(home, 'accounts', 'default.db'));
  db.exec(sql);
  db.close();
}

/** Syncs a home with a login, as the healthy one. */
export async function openPatients(): Promise<Patients> {
  const temporary = mkdtempSync(join(tmpdir(), 'gdrive-sync-doctor-'));
  const corpus = { kind: 'seed', seed: 9, files: 60 } as const;
  const second = { accessToken: 'second-token', refreshToken: 'second-refresh', corpus };
  const emulator = await startEmulator({ corpus, others: [second] });
  const rig = openRig(emulator.url, {
    ...OWN_TEMPORAL,
    GDRIVE_SYNC_ACCESS_TOKEN: undefined,
    GDRIVE_SYNC_OAUTH_URL: emulator.url,
  });
  mkdirSync(join(rig.home, 'accounts'), { recursive: true });
  writeFileSync(credentialsOf(rig.home), JSON.stringify(LOGIN), { mode: 0o600 });
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
  const synced = join(temporary, 'synced');
  cpSync(join(rig.home, 'accounts'), join(synced, 'accounts'), { recursive: true });
  let homes = 0;
  return {
    emulator,
    rig,
    temporary,
    copyHome() {
      homes += 1;
      const home = join(temporary, `home-${String(homes)}`);
      cpSync(synced, home, { recursive: true });
      chmodSync(home, 0o700);
      chmodSync(credentialsOf(home), 0o600);
      return home;
    },
    async examine(home, env = {}) {
      const { code, stdout, stderr } = await rig.run(['doctor', '--json'], {
        GDRIVE_SYNC_HOME: home,
        ...env,
      });
      expect(stderr).toBe('');
      const { findings, errors, warnings } = JSON.parse(stdout) as {
        findings: Finding[];
        errors: number;
        warnings: number;
      };
      const counted = (level: string): number => findings.filter((each) => each.level === level).length;
      expect({ errors, warnings }).toEqual({ errors: counted('error'), warnings: counted('warning') });
      return { code, findings };
    },
    async close() {
      await rig.close();
      await emulator.close();
      rmSync(temporary, { recursive: true });
    },
  };
}
