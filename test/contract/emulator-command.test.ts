import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';

const PROGRAM = join(__dirname, '../../dist/emulator/cli.js');

type Command = ChildProcessByStdio<null, Readable, Readable>;

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function start(args: readonly string[]): Command {
  return spawn(process.execPath, [PROGRAM, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** Runs a command that ends by itself. */
async function run(...args: string[]): Promise<Ended> {
  const child = start(args);
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  return { code: child.exitCode, stdout, stderr };
}

/** Uses an emulator while it runs, then stops it; returns its exit code. */
async function whileRunning(
  args: readonly string[],
  use: (url: string, stdout: string) => Promise<void>,
  signal: NodeJS.Signals = 'SIGTERM',
): Promise<number | null> {
  const child = start(['--port', '0', ...args]);
  const closed = once(child, 'close');
  try {
    const [first] = (await Promise.race([once(child.stdout, 'data'), closed])) as [Buffer | number];
    const stdout = String(first);
    await use(/^Drive emulator on (http:\/\/127\.0\.0\.1:\d+\/)$/m.exec(stdout)?.[1] ?? '', stdout);
  } finally {
    child.kill(signal);
  }
  await closed;
  return child.exitCode;
}

async function listFiles(url: string, token: string): Promise<{ status: number; files: unknown[] }> {
  const query = 'pageSize=1000&supportsAllDrives=true';
  const headers = { authorization: `Bearer ${token}` };
  const response = await fetch(`${url}drive/v3/files?${query}`, { headers });
  const { files = [] } = (await response.json()) as { files?: unknown[] };
  return { status: response.status, files };
}

test.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('the emulator serves files until %s', async (signal) => {
  const code = await whileRunning(
    ['--files', '30', '--drives', '2'],
    async (url, stdout) => {
      expect(stdout).toBe(
        `Drive emulator on ${url}\naccess token: emulator-token\n` +
          `OAuth 2: authorization ${url}o/oauth2/v2/auth, tokens ${url}token\n`,
      );
      const { status, files } = await listFiles(url, 'emulator-token');
      expect([status, files.length]).toEqual([200, 30]);
    },
    signal,
  );
  expect(code).toBe(0);
});

test('the emulator takes a token and a folder', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'drive-emulator-test-'));
  try {
    writeFileSync(join(folder, 'one.txt'), 'one');
    const code = await whileRunning(['--from', folder, '--token', 'a-token'], async (url) => {
      expect((await listFiles(url, 'emulator-token')).status).toBe(401);
      const { files } = await listFiles(url, 'a-token');
      expect(files).toEqual([expect.objectContaining({ name: 'one.txt', mimeType: 'text/plain' })]);
    });
    expect(code).toBe(0);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the emulator takes a quota', async () => {
  // It begins with the units of one second, and a listing costs a hundred.
  await whileRunning(['--units', '600'], async (url) => {
    expect((await listFiles(url, 'emulator-token')).status).toBe(403);
  });
});

test.each(['--help', '-h'])('%s prints the options', async (flag) => {
  const { code, stdout, stderr } = await run(flag);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^Usage: drive-emulator \[options\]\n/);
  for (const option of ['files', 'drives', 'seed', 'from', 'port', 'latency', 'units', 'token', 'help'])
    expect(stdout).toContain(`--${option} `.trimEnd());
});

test.each([
  [['--nonsense'], "Unknown option '--nonsense'"],
  [['extra'], "Unexpected argument 'extra'"],
  [['--files'], '--files needs a value'],
  [['--files', '--drives', '2'], '--files needs a value'],
  [['--files', '-1'], '--files needs a value'],
  [['--files=-1'], '--files takes a whole number of at least 0, not "-1"'],
  [['--latency', '1.5'], '--latency takes a whole number of at least 0, not "1.5"'],
  [['--units', '0'], '--units takes a whole number of at least 1, not "0"'],
  [['--port', '65536'], '--port takes a whole number from 0 to 65535, not "65536"'],
  [['--token='], '--token needs a value'],
])('%j is a wrong command line', async (args, sentence) => {
  expect(await run(...args)).toEqual({
    code: 2,
    stdout: '',
    stderr: `drive-emulator: ${sentence}\nhint: see \`drive-emulator --help\`\n`,
  });
});

test('a port that is in use is named', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const port = String((server.address() as AddressInfo).port);
    expect(await run('--port', port)).toEqual({
      code: 1,
      stdout: '',
      stderr: `drive-emulator: port ${port} is already in use\n`,
    });
  } finally {
    server.close();
  }
});

test('a folder that is missing or not a folder is named', async () => {
  const missing = join(tmpdir(), 'drive-emulator-is-not-there');
  const refused = { code: 1, stdout: '' };
  expect(await run('--from', missing)).toEqual({
    ...refused,
    stderr: `drive-emulator: the folder ${missing} does not exist\n`,
  });
  expect(await run('--from', __filename)).toEqual({
    ...refused,
    stderr: `drive-emulator: ${__filename} is not a folder\n`,
  });
});

test('--contents and --from serve contents', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'emulator-'));
  writeFileSync(join(folder, 'note.txt'), 'A note.');
  const headers = { authorization: 'Bearer emulator-token' };
  const read = async (url: string): Promise<{ size: string; length: number }> => {
    const q = encodeURIComponent("mimeType = 'text/plain' and trashed = false");
    const list = await fetch(`${url}drive/v3/files?fields=files(id,size)&q=${q}`, { headers });
    const { files } = (await list.json()) as { files: { id: string; size: string }[] };
    const [file = { id: '', size: '' }] = files;
    const bytes = await (await fetch(`${url}drive/v3/files/${file.id}?alt=media`, { headers })).arrayBuffer();
    return { size: file.size, length: bytes.byteLength };
  };
  await whileRunning(['--from', folder], async (url) => {
    expect(await read(url)).toEqual({ size: '7', length: 7 });
  });
  await whileRunning(['--files', '200', '--contents'], async (url) => {
    const { size, length } = await read(url);
    expect(length).toBeGreaterThan(1000);
    expect(size).toBe(String(length));
  });
  rmSync(folder, { recursive: true });
});
