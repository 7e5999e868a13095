import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type AddressInfo } from 'node:net';
import { once } from 'node:events';
import { createLog } from '../../src/log';
import { resolveTemporalBinary } from '../../src/temporal/binary';
import { connectClient } from '../../src/temporal/connect';
import { ensureServer, serverRuns, type DevServer } from '../../src/temporal/dev-server';
import { waitFor } from '../support/cli';

const cacheDir = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'gdrive-sync');
let home: string;
let open: DevServer[];
let told: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'server-'));
  open = [];
  told = [];
});

afterEach(async () => {
  for (const server of open) await server.close();
  rmSync(home, { recursive: true, force: true });
});

const log = createLog(({ level, message }) => void told.push(`${level}: ${message}`));

function announce(line: string): void {
  told.push(line);
}

async function ensure(env = process.env): Promise<DevServer> {
  const server = await ensureServer({ home, env, cacheDir, announce, log, supervise: true });
  open.push(server);
  return server;
}

function serverPid(): number {
  return (JSON.parse(readFileSync(join(home, 'temporal', 'server.json'), 'utf8')) as { pid: number }).pid;
}

function lives(pid: number): boolean {
  return existsSync(`/proc/${String(pid)}`);
}

async function answersClient(server: DevServer): Promise<boolean> {
  const client = await connectClient({
    connection: { address: server.address },
    namespace: server.namespace,
  });
  await client.connection.close();
  return true;
}

test('all processes of a home share one server, and its owner leaves none behind', async () => {
  expect(await serverRuns(home)).toBe(false);
  const [owner, guest] = [await ensure(), await ensure()];
  expect(guest.address).toBe(owner.address);
  expect(await serverRuns(home)).toBe(true);
  expect(await answersClient(guest)).toBe(true);
  const pid = serverPid();
  await guest.close();
  expect(lives(pid)).toBe(true);
  await owner.close();
  await waitFor('the server is gone', () => !lives(pid), 5_000);
});

test('a server that is killed is started again on the same port', async () => {
  const server = await ensure();
  const pid = serverPid();
  process.kill(pid, 'SIGKILL');
  await waitFor('another server has taken its place', () => serverPid() !== pid, 15_000);
  expect(await answersClient(server)).toBe(true);
  expect(told).toContain('warn: the embedded Temporal server has ended; it is started again');
});

test('a guest takes the role over when the owner ends, on the same port', async () => {
  const owner = await ensure();
  const guest = await ensure();
  const pid = serverPid();
  await owner.close();
  await waitFor('the guest has started its own', () => serverPid() !== pid, 15_000);
  expect(guest.address).toBe(owner.address);
  expect(await answersClient(guest)).toBe(true);
});

test("a damaged database of Temporal's own is put aside and told of", async () => {
  const first = await ensure();
  await first.close();
  for (const suffix of ['-wal', '-shm'])
    rmSync(join(home, 'temporal', `server.db${suffix}`), { force: true });
  writeFileSync(join(home, 'temporal', 'server.db'), 'this is no database '.repeat(1000));
  expect(await answersClient(await ensure())).toBe(true);
  expect(readdirSync(join(home, 'temporal')).join(' ')).toMatch(/server\.db\.corrupt-/);
  expect(told.join('\n')).toMatch(/has been moved to/);
});

test('a server that finds a port taken is started again on others', async () => {
  const real = await resolveTemporalBinary({ env: process.env, cacheDir, announce });
  const thief = createServer().listen({ host: '127.0.0.1', port: 0 });
  await once(thief, 'listening');
  const { port } = thief.address() as AddressInfo;
  const path = join(home, 'temporal-robbed');
  const started = join(home, 'started');
  const lines = [
    '#!/bin/sh',
    `if [ "$1" != server ] || [ -e '${started}' ]; then exec '${real}' "$@"; fi`,
    `touch '${started}'; exec '${real}' "$@" --ui-port ${String(port)}`,
  ];
  writeFileSync(path, lines.join('\n'), { mode: 0o755 });
  try {
    expect(await answersClient(await ensure({ ...process.env, TEMPORAL_CLI_PATH: path }))).toBe(true);
    expect(existsSync(started)).toBe(true);
  } finally {
    thief.close();
  }
});
