/** Surroundings that must not lead the command astray: programs, folders, proxies. */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator, type Emulator } from '../../src/emulator';
import { expectPlainError, openRig, type Rig } from '../support/cli';
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
  rig = openRig(emulator.url);
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
  expectPlainError(outcome, /there is no Temporal server/);
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
