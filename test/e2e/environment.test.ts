/** Surroundings that must not lead the command astray: programs, folders, proxies. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../emulator';
import Database from 'better-sqlite3';
import {
  CLI,
  expectPlainError,
  openRig,
  OWN_TEMPORAL,
  waitFor,
  type Outcome,
  type Rig,
} from '../support/cli';
import type { Finding } from '../support/patients';

let emulator: Emulator;
let rig: Rig;
let folder: string;

beforeAll(async () => {
  emulator = await startEmulator({ corpus: { kind: 'seed', seed: 31, files: 50 } });
});

afterAll(async () => {
  await emulator.close();
});

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gdrive-sync-around-'));
  rig = openRig(emulator.url, OWN_TEMPORAL);
});

afterEach(async () => {
  await rig.close();
  rmSync(folder, { recursive: true, force: true });
});

const OLD = 'temporal version 0.11.0 (server 1.22.4) (ui 2.21.3)';

/** A program that notes that it ran, says what it is, and knows no flag. */
function plant(path: string, says: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  const body = `touch '${path}.ran'; [ "$1" = --version ] && echo '${says}' && exit; echo 'Error: unknown flag' >&2; exit 1`;
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

async function findings(env: Record<string, string>): Promise<Finding[]> {
  const { stdout } = await rig.run(['doctor', '--json'], env);
  return (JSON.parse(stdout) as { findings: Finding[] }).findings;
}

test("a file in the temporary folder that is called like the SDK's download is never run", async () => {
  const temporary = join(folder, 'tmp');
  const names = ['temporal-sdk-typescript-1.24.0', 'temporal-1.5.1', 'temporal-v1.5.1'];
  const planted = names.map((name) => plant(join(temporary, name), 'temporal version 1.5.1 (Server 1.29.1)'));
  const cache = join(folder, 'cache');
  const outcome = await rig.run(['sync'], {
    PATH: join(folder, 'nothing'),
    TMPDIR: temporary,
    XDG_CACHE_HOME: cache,
    HTTPS_PROXY: 'http://127.0.0.1:1',
  });
  expectPlainError(outcome, /cannot install the Temporal server/);
  expect(planted.filter((path) => existsSync(`${path}.ran`))).toEqual([]);
  expect(existsSync(join(cache, 'gdrive-sync', 'temporal-1.5.1'))).toBe(false);
});

test('an old program called temporal on PATH is passed over, and doctor says so', async () => {
  const old = plant(join(folder, 'bin', 'temporal'), OLD);
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin` };
  expect(await rig.run(['sync'], env)).toMatchObject({ code: 0 });
  const binary = (await findings(env)).filter(({ check }) => check === 'temporal binary');
  expect(binary).toEqual([
    expect.objectContaining({ level: 'ok', says: expect.stringContaining('temporal-1.5.1') as string }),
    expect.objectContaining({
      level: 'warning',
      says: expect.stringContaining(`${old} is too old (${OLD})`) as string,
    }),
  ]);
});

test('a binary that the user names is used whatever its version, and is named where it does not work', async () => {
  const named = plant(join(folder, 'named'), OLD);
  const env = { TEMPORAL_CLI_PATH: named };
  const outcome = await rig.run(['sync'], env);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(outcome, new RegExp(`server \\(${named}\\) does not start: .*unknown flag`));
  expect((await findings(env)).find(({ check }) => check === 'temporal binary')).toMatchObject({
    level: 'warning',
    says: expect.stringContaining('is too old') as string,
  });
});

describe('a home with characters in its path that mean something in a URI', () => {
  test.each(['a#b', 'a?b%20c', "100% of it's & more"])(
    '%s holds everything, and syncs again',
    async (name) => {
      const parent = join(folder, 'parent');
      const home = join(parent, name);
      const env = { GDRIVE_SYNC_HOME: home };
      expect(await rig.run(['sync'], env)).toMatchObject({ code: 0 });
      expect(await rig.run(['sync'], env)).toMatchObject({ code: 0 });
      expect(readdirSync(parent)).toEqual([name]);
      expect(existsSync(join(home, 'temporal', 'server.db'))).toBe(true);
      expect((await rig.run(['status', '--json'], env)).stdout).toContain('"completed"');
    },
  );
});

/** A proxy that refuses everything, and counts what it was asked for. */
async function startProxy(): Promise<{ url: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.writeHead(403).end();
  });
  server.on('connect', ({ url }: { url?: string }, socket: Socket) => {
    asked.push(url ?? '');
    socket.end('HTTP/1.1 403 Forbidden\r\n\r\n');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://user:secret@127.0.0.1:${String(port)}`, asked, close: () => server.close() };
}

test.each([
  ['http_proxy', 'https_proxy'],
  ['grpc_proxy', 'all_proxy'],
  ['HTTP_PROXY', 'HTTPS_PROXY'],
])(
  'with %s and %s the embedded server is not asked through the proxy, and doctor names it',
  async (...names) => {
    const proxy = await startProxy();
    // Drive is emulated on this machine; only its requests are left out of the proxy.
    const drive = new URL(emulator.url).origin;
    const env = {
      ...Object.fromEntries(names.map((name) => [name, proxy.url])),
      NO_PROXY: drive,
      no_proxy: drive,
      no_grpc_proxy: 'nothing.invalid',
    };
    try {
      const outcome = await rig.run(['sync'], env);
      expect(outcome).toEqual({ ...outcome, code: 0 });
      expect(proxy.asked).toEqual([]);
      const told = (await findings(env)).find(({ check }) => check === 'proxies');
      expect(told).toMatchObject({ level: 'ok', says: expect.stringContaining(names[0] ?? '') as string });
      expect(told?.says).not.toContain('secret');
    } finally {
      proxy.close();
    }
  },
);

/** Runs a command behind a shell line that ends with `exec "$@"`. */
async function behind(line: string, args: readonly string[]): Promise<Outcome> {
  const child = spawn('/bin/sh', ['-c', line, 'sh', process.execPath, CLI, ...args], {
    env: {
      ...process.env,
      NO_PROXY: '127.0.0.1',
      GDRIVE_SYNC_HOME: rig.home,
      GDRIVE_SYNC_DRIVE_URL: emulator.url,
      GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token',
    },
    timeout: 60_000,
  });
  const said = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (said.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said.stderr += text));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, ...said };
}

test('a home on a disk that can only be read still answers, and says what cannot be done', async () => {
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
  const script = join(folder, 'read-only.sh');
  // A mount of its own for these commands alone; whoever is not root may have one in a user namespace.
  const mounted = `mount --bind '${rig.home}' '${rig.home}' && mount -o remount,bind,ro '${rig.home}' && exec "$@"`;
  writeFileSync(script, `#!/bin/sh\n${mounted}\n`, { mode: 0o755 });
  const readOnly = (...args: string[]) =>
    behind(`exec unshare --map-root-user --mount '${script}' "$@"`, args);
  for (const args of [
    ['status'],
    ['search', 'a'],
    ['ls', '/'],
    ['du'],
    ['history'],
    ['export'],
    ['sql', 'SELECT 1 AS one'],
    [],
  ])
    expect({ args, ...(await readOnly(...args)) }).toMatchObject({ args, code: 0 });
  expect((await readOnly('search', 'a')).stdout).toBe((await rig.run(['search', 'a'])).stdout);
  for (const args of [['sync'], ['up'], ['initiate']]) {
    const outcome = await readOnly(...args);
    expect(outcome).toMatchObject({ code: 1, stdout: '' });
    expectPlainError(outcome, /file system is read-only/);
  }
  expect((await readOnly('doctor')).stdout).toMatch(/ERROR .*home: .*file system is read-only/);
});

test('a limit on the size of files is named', async () => {
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
  const outcome = await behind('ulimit -f 1; exec "$@"', ['sync']);
  expect(outcome.code).toBe(1);
  expectPlainError(outcome, /limit/);
});

/** Runs a command in a home with a copy, on a disk that is full, but for `room`. */
async function onFullDisk(command: string, room = '0'): Promise<Outcome> {
  const full = [
    `mount -t tmpfs -o size=40m tmpfs '${rig.home}'`,
    // The first command is "node cli.js", without what it is to do.
    '"$1" "$2" sync >/dev/null 2>&1',
    `{ dd if=/dev/zero of='${join(rig.home, 'filler')}' bs=4096 2>/dev/null || true; }`,
    `truncate -s -${room} '${join(rig.home, 'filler')}'`,
    'exec "$@"',
  ];
  const script = join(folder, 'full.sh');
  writeFileSync(script, `#!/bin/sh\n${full.join(' && ')}\n`, { mode: 0o755 });
  return await behind(`exec unshare --map-root-user --mount '${script}' "$@"`, [command]);
}

test.each(['up', 'sync'])('a full disk when `%s` starts is named', async (command) => {
  const outcome = await onFullDisk(command);
  expect(outcome).toMatchObject({ code: 1, stdout: '' });
  expectPlainError(outcome, /the disk is full/);
});

test('`status` says that the disk is full, which no job could write down', async () => {
  // SQLite needs some room to open a store that nobody has open.
  const { code, stdout, stderr } = await onFullDisk('status', '100K');
  expect({ code, stderr }).toEqual({
    code: 0,
    stderr: expect.stringMatching(/^The disk of \S+ is full or almost full \(\d+ KB free\)/) as string,
  });
  expect(stdout).toContain('completed');
});

test('a program that has the store open for writing is waited for', async () => {
  expect(await rig.run(['sync'])).toMatchObject({ code: 0 });
  const other = new Database(rig.store);
  other.exec('BEGIN IMMEDIATE');
  const sync = rig.spawn(['sync'], {}, 90_000);
  await waitFor(
    'sync says what it waits for',
    () => sync.stderr.includes('Another program has the store open'),
    30_000,
  );
  other.exec('COMMIT');
  other.close();
  expect(await sync.done).toMatchObject({ code: 0 });
});

test('a setting that is wrong is told with a hint that leads to a list of all of them', async () => {
  const outcome = await rig.run(['status'], { GDRIVE_SYNC_LANES: '0' });
  expect(outcome.code).toBe(2);
  expectPlainError(outcome, /GDRIVE_SYNC_LANES/);
  expect(outcome.stderr).toContain('--help');
  for (const variable of ['GDRIVE_SYNC_LANES', 'GDRIVE_SYNC_HOME', 'TEMPORAL_CLI_PATH'])
    expect((await rig.run(['--help'])).stdout).toContain(variable);
});
