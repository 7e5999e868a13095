import { spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  openSync,
  writeSync,
  closeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import Database from 'better-sqlite3';
import { startEmulator, type Emulator } from '../../emulator';
import { CLI, expectPlainError, openRig, OWN_TEMPORAL, type Rig } from '../support/cli';

let emulator: Emulator;
let synced: Rig;
let rig: Rig;

beforeAll(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 21, files: 2_000 }, pageCap: 400 });
  synced = openRig(emulator.url);
  expect(await synced.run(['sync'])).toMatchObject({ code: 0 });
});

afterAll(async () => {
  try {
    await synced.close();
  } finally {
    await emulator.close();
  }
});

beforeEach(() => {
  rig = openRig(emulator.url);
});

afterEach(async () => {
  await rig.close();
});

/** Gives this test's home a copy of the synced store. */
function copyStore(): string {
  const { home, store } = rig;
  mkdirSync(dirname(store), { recursive: true });
  const source = new Database(synced.store, { readonly: true });
  try {
    source.prepare('VACUUM INTO ?').run(store);
  } finally {
    source.close();
  }
  writeFileSync(join(home, 'home-id'), readFileSync(join(synced.home, 'home-id')));
  return store;
}

describe('a wrong command line', () => {
  test.each([
    ['an unknown flag', ['sync', '--nope'], /--nope/],
    ['an unknown command', ['nope'], /nope/],
    ['a bad account name', ['--account', '../x', 'sync'], /"\.\.\/x" is not an account name/],
    ['a job that does not exist', ['status', 'zzzz'], /there is no job "zzzz"/],
    ['drives that are none', ['sync', '--drives', 'my drive'], /--drives takes all, none or ids/],
    ['a span that is none', ['up', '--every', 'often'], /--every takes a time span/],
    ['a schedule without a span', ['schedule', 'set'], /--every/],
  ])('with %s exits 2 and says so', async (_name, args, sentence) => {
    const outcome = await rig.run(args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expectPlainError(outcome, sentence);
  });

  test.each([
    ['a statement that SQLite refuses', ['sql', 'SELECT nope FROM files'], /no such column: nope/],
    ['a statement that is not SQL', ['sql', 'hello there'], /syntax error/],
    ['a statement that writes', ['sql', 'DELETE FROM file'], /only read-only statements are allowed/],
    ['a limit that is none', ['history', '--limit', '0'], /--limit takes a count/],
    ['a time that is none', ['history', '--since', 'tomorrow'], /--since takes a time span or a time/],
    ['a pragma that writes', ['sql', 'PRAGMA user_version = 5'], /only read-only statements are allowed/],
  ])('with %s exits 2, says so and changes nothing', async (_name, args, sentence) => {
    const outcome = await synced.run(args);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expectPlainError(outcome, sentence);
    const { stdout } = await synced.run(['--json', 'sql', 'SELECT count(*) AS held FROM file']);
    expect(JSON.parse(stdout)).toEqual({ held: 2_000 });
  });
});

describe('credentials and Drive', () => {
  test('an account without a store exits 1 and names the ones that exist', async () => {
    const outcome = await synced.run(['--account', 'nope', 'export']);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /there is no account "nope" here/);
    expect(outcome.stderr).toContain('existing accounts: default');
  });

  test('a sync without any credentials exits 1 and says which settings give them', async () => {
    const outcome = await rig.run(['sync'], { GDRIVE_SYNC_ACCESS_TOKEN: undefined });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /there are no credentials for account "default"/);
  });

  test('an output that cannot be written exits 1 with one sentence', () => {
    const full = openSync('/dev/full', 'w');
    const { status, stderr } = spawnSync(process.execPath, [CLI, '--version'], {
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    closeSync(full);
    expect(status).toBe(1);
    expect(stderr).toMatch(/^gdrive-sync: cannot write the output: .*ENOSPC.*\n$/);
  });

  test('messages that cannot be written stop nothing', () => {
    const full = openSync('/dev/full', 'w');
    const home = join(rig.home, 'elsewhere');
    const { status } = spawnSync(process.execPath, [CLI, '--home', home, 'status'], {
      stdio: ['ignore', 'pipe', full],
    });
    closeSync(full);
    expect(status).toBe(0);
  });

  test('a Drive that cannot be reached exits 1 and names its address', async () => {
    const outcome = await rig.run(['sync'], { GDRIVE_SYNC_DRIVE_URL: 'http://127.0.0.1:1/' });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /cannot be reached at http:\/\/127\.0\.0\.1:1\//);
    expect(rig.servers()).toEqual([]);
  });

  test('a revoked token exits 1, says what to do, and leaves no server behind', async () => {
    const other = await startEmulator({ corpus: { kind: 'seed', seed: 1, files: 10 } });
    try {
      other.revoke();
      const outcome = await rig.run(['sync'], { GDRIVE_SYNC_DRIVE_URL: other.url });
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(outcome, /Google refuses the access token/);
      expect(rig.servers()).toEqual([]);
      expect(outcome.stderr).not.toContain('emulator-token');
    } finally {
      await other.close();
    }
  });

  test("another identity's token exits 1 and leaves the store's files alone", async () => {
    const other = await startEmulator({
      corpus: { kind: 'seed', seed: 1, files: 10 },
      user: { permissionId: '09876543210987654321', emailAddress: 'other@example.com' },
    });
    try {
      copyStore();
      const outcome = await rig.run(['sync'], { GDRIVE_SYNC_DRIVE_URL: other.url });
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(outcome, /belong to another Google account/);
      expect(other.counts['files.list'] ?? 0).toBe(0);
      const { stdout } = await rig.run(['--json', 'sql', 'SELECT count(*) AS held FROM file']);
      expect(JSON.parse(stdout)).toEqual({ held: 2_000 });
    } finally {
      await other.close();
    }
  });
});

describe('a home or store that cannot be used', () => {
  // `status` shows it beside the other accounts.
  const commands = [['sync'], ['export'], ['sql', 'SELECT count(*) FROM files']];

  test.each(commands.map((args) => [args[0], args]))(
    'a store of a newer schema is refused by %s and not touched',
    async (_name, args) => {
      const store = copyStore();
      const db = new Database(store);
      db.pragma('user_version = 99');
      db.close();
      const before = readFileSync(store);
      const outcome = await rig.run(args);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(outcome, /has schema 99/);
      expect(readFileSync(store).equals(before)).toBe(true);
    },
  );

  test.each(commands.map((args) => [args[0], args]))(
    'a file of garbage in place of the store is refused by %s and not touched',
    async (_name, args) => {
      const garbage = Buffer.alloc(40_000, 'this is not a database. ');
      mkdirSync(dirname(rig.store), { recursive: true });
      writeFileSync(rig.store, garbage);
      const outcome = await rig.run(args);
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(outcome, /the store .* is damaged/);
      expect(readFileSync(rig.store).equals(garbage)).toBe(true);
    },
  );

  test.each(commands.map((args) => [args[0], args]))(
    'a store with its middle overwritten is called damaged by %s',
    async (_name, args) => {
      const store = copyStore();
      const { size } = statSync(store);
      const file = openSync(store, 'r+');
      writeSync(file, Buffer.alloc(size - 40_000, 0xa5), 0, size - 40_000, 32_768);
      closeSync(file);
      const outcome = await rig.run(args);
      expect(outcome).toMatchObject({ code: 1 });
      expectPlainError(outcome, /the store .*is damaged/);
    },
  );

  test('a store that was cut short is called damaged', async () => {
    const store = copyStore();
    truncateSync(store, 8192);
    const outcome = await rig.run(['export']);
    expect(outcome).toMatchObject({ code: 1 });
    expectPlainError(outcome, /the store .*is damaged/);
  });

  test('a home that cannot be made exits 1 and names it', async () => {
    const file = join(rig.home, 'a-file');
    writeFileSync(file, '');
    const home = join(file, 'home');
    const outcome = await rig.run(['sync'], { GDRIVE_SYNC_HOME: home });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, new RegExp(`the home folder ${home} cannot be used`));
  });
});

describe('Temporal', () => {
  test('a Temporal server of the user that cannot be reached exits 1 and names its address', async () => {
    const outcome = await rig.run(['sync'], { TEMPORAL_ADDRESS: '127.0.0.1:1' });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /127\.0\.0\.1:1/);
  });

  test('without any way to get the server binary sync exits 1 and names the ways', async () => {
    const empty = mkdtempSync(join(tmpdir(), 'gdrive-sync-empty-'));
    try {
      const outcome = await rig.run(['sync'], {
        ...OWN_TEMPORAL,
        PATH: empty,
        XDG_CACHE_HOME: join(empty, 'cache'),
        TMPDIR: empty,
        HTTPS_PROXY: 'http://127.0.0.1:1',
        https_proxy: 'http://127.0.0.1:1',
      });
      expect(outcome).toMatchObject({ code: 1, stdout: '' });
      expectPlainError(outcome, /cannot install the Temporal server/);
      expect(outcome.stderr).toContain('TEMPORAL_CLI_PATH');
    } finally {
      rmSync(empty, { recursive: true, force: true });
    }
  });

  test('a named binary that does not run exits 1 and names it', async () => {
    const outcome = await rig.run(['sync'], {
      ...OWN_TEMPORAL,
      TEMPORAL_CLI_PATH: '/nowhere/temporal',
    });
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /TEMPORAL_CLI_PATH names \/nowhere\/temporal/);
  });
});
