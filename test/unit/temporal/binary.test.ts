import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { findTemporalBinary, resolveTemporalBinary } from '../../../src/temporal/binary';

let folder: string;
let cacheDir: string;
let told: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'binary-'));
  cacheDir = join(folder, 'cache');
  told = [];
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const RELEASE = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
const OLD = 'temporal version 1.1.2 (Server 1.25.2, UI 2.31.2)';

/** A program that says this when it is asked for its version. */
function program(path: string, says: string): string {
  return script(path, `echo '${says}'`);
}

function script(path: string, body: string): string {
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, `#!/bin/sh\n${body}\n`);
  chmodSync(path, 0o755);
  return path;
}

/** Resolves with a PATH of its own, so that neither a real `temporal` nor a real `go` is found. */
function resolve(
  env: Record<string, string> = {},
  download: (folder: string) => Promise<string> = offline,
): Promise<string> {
  const PATH = `${join(folder, 'bin')}:/bin:/usr/bin`;
  return resolveTemporalBinary({
    env: { PATH, ...env },
    cacheDir,
    announce: (line) => void told.push(line),
    download,
  });
}

async function offline(): Promise<string> {
  throw new Error('no network');
}

/** A `go` that "builds" a binary into GOBIN. */
function fakeGo(): void {
  script(
    join(folder, 'bin', 'go'),
    `printf '#!/bin/sh\\necho "${RELEASE}" # built' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`,
  );
}

test('TEMPORAL_CLI_PATH goes before everything else', async () => {
  program(join(folder, 'bin', 'temporal'), RELEASE);
  const named = program(join(folder, 'named'), OLD);
  expect(await resolve({ TEMPORAL_CLI_PATH: named })).toBe(named);
});

test('a TEMPORAL_CLI_PATH that does not run is told, not passed over', async () => {
  program(join(folder, 'bin', 'temporal'), RELEASE);
  await expect(resolve({ TEMPORAL_CLI_PATH: join(folder, 'missing') })).rejects.toThrow(
    /TEMPORAL_CLI_PATH names .*missing/,
  );
  const other = script(join(folder, 'other'), 'echo 1.5.1');
  await expect(resolve({ TEMPORAL_CLI_PATH: other })).rejects.toThrow(
    /TEMPORAL_CLI_PATH names .*other, which is not Temporal's CLI/,
  );
});

test('PATH goes before the cache, and the cache before a download', async () => {
  const cached = program(join(cacheDir, 'temporal-1.5.1'), RELEASE);
  expect(await resolve()).toBe(cached);
  const onPath = program(join(folder, 'bin', 'temporal'), RELEASE);
  expect(await resolve()).toBe(onPath);
  expect(told).toEqual([]);
});

test('a download is announced and kept in the cache', async () => {
  const binary = await resolve({}, async (draft) => program(join(draft, 'downloaded'), RELEASE));
  expect(binary).toBe(join(cacheDir, 'temporal-1.5.1'));
  expect(readFileSync(binary, 'utf8')).toContain(RELEASE);
  expect(told).toEqual([expect.stringMatching(/Downloading/)]);
  expect(readdirSync(cacheDir).toSorted()).toEqual(['install.lock', 'temporal-1.5.1']);
});

test('where no download works, Go builds it', async () => {
  fakeGo();
  expect(readFileSync(await resolve(), 'utf8')).toContain('# built');
  expect(told.join('\n')).toMatch(/download failed: no network[^]*Building it with Go/);
});

test('several processes at once install it once', async () => {
  let downloads = 0;
  const download = async (draft: string): Promise<string> => {
    downloads += 1;
    return program(join(draft, 'downloaded'), RELEASE);
  };
  const found = await Promise.all([resolve({}, download), resolve({}, download), resolve({}, download)]);
  expect(new Set(found).size).toBe(1);
  expect(downloads).toBe(1);
});

test('where there is none to be had, one sentence names all the ways', async () => {
  const error: unknown = await resolveTemporalBinary({
    env: { PATH: join(folder, 'bin') },
    cacheDir,
    announce: () => undefined,
    download: offline,
  }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({
    name: 'UserError',
    message: expect.stringMatching(
      /the download failed \(no network\), the build failed \(Go is not installed\)/,
    ),
    hint: expect.stringMatching(/PATH.*TEMPORAL_CLI_PATH.*Go.*TEMPORAL_ADDRESS/),
  });
});

test('a build that fails leaves nothing half-made in the cache', async () => {
  script(join(folder, 'bin', 'go'), 'echo "go: module not found" >&2; exit 1');
  await expect(resolve()).rejects.toThrow(/go: module not found/);
  expect(readdirSync(cacheDir)).toEqual(['install.lock']);
});

test.each([
  [OLD],
  ['temporal version 0.13.2 (server 1.23.1) (ui 2.29.0)'],
  ['temporal version 1.4.1'],
  ['tctl version 1.18.1'],
  ['1.5.1'],
  [''],
])('a program on PATH that says %j is passed over for the cached one', async (says) => {
  const onPath = program(join(folder, 'bin', 'temporal'), says);
  const cached = program(join(cacheDir, 'temporal-1.5.1'), RELEASE);
  expect(await resolve()).toBe(cached);
  const { path, passedOver } = await findTemporalBinary({ env: { PATH: join(folder, 'bin') }, cacheDir });
  expect({ path, passedOver }).toEqual({ path: cached, passedOver: [expect.stringContaining(onPath)] });
});

test.each([
  ['temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)'],
  ['temporal version 1.8.2 (Server 1.32.0, UI 2.53.1)'],
  ['temporal version 0.0.0-DEV (Server 1.29.1, UI 2.42.1)'],
  ['temporal version 1.5.1'],
])('a program on PATH that says %j is used', async (says) => {
  program(join(cacheDir, 'temporal-1.5.1'), RELEASE);
  const onPath = program(join(folder, 'bin', 'temporal'), says);
  expect(await resolve()).toBe(onPath);
});

test('a program on PATH that fails is passed over, and what is fetched instead is told with the reason', async () => {
  script(join(folder, 'bin', 'temporal'), 'echo "unknown flag" >&2; exit 1');
  const binary = await resolve({}, async (draft) => program(join(draft, 'downloaded'), RELEASE));
  expect(binary).toBe(join(cacheDir, 'temporal-1.5.1'));
  expect(told[0]).toMatch(/Not used: .*bin\/temporal does not run/);
});

test('a program in a folder of PATH that anybody may write to, or that is relative, is never run', async () => {
  const marker = join(folder, 'ran');
  const shared = join(folder, 'shared');
  script(join(shared, 'temporal'), `touch '${marker}'; echo '${RELEASE}'`);
  chmodSync(shared, 0o1777);
  const cached = program(join(cacheDir, 'temporal-1.5.1'), RELEASE);
  for (const PATH of [`${shared}:/bin`, `${relative(process.cwd(), shared)}:/bin`])
    expect(await resolve({ PATH })).toBe(cached);
  expect(existsSync(marker)).toBe(false);
});

test('what is fetched is kept only if it says that it is the release that its name will say', async () => {
  const other = 'temporal version 1.4.1 (Server 1.28.1, UI 2.39.0)';
  const wrong = async (draft: string) => program(join(draft, 'downloaded'), other);
  await expect(resolve({ PATH: '/bin:/usr/bin' }, wrong)).rejects.toThrow(
    /it says .*1\.4\.1.* instead of 1\.5\.1/,
  );
  expect(readdirSync(cacheDir)).toEqual(['install.lock']);
});

test('a cached file that is no longer usable is fetched anew', async () => {
  program(join(cacheDir, 'temporal-1.5.1'), OLD);
  const binary = await resolve({}, async (draft) => program(join(draft, 'downloaded'), RELEASE));
  expect(readFileSync(binary, 'utf8')).toContain(RELEASE);
});

test('no program is given the access token when it is asked for its version', async () => {
  const seen = join(folder, 'seen');
  script(
    join(folder, 'bin', 'temporal'),
    `echo "[$GDRIVE_SYNC_ACCESS_TOKEN]" > '${seen}'; echo '${RELEASE}'`,
  );
  await resolve({ GDRIVE_SYNC_ACCESS_TOKEN: 'secret' });
  expect(readFileSync(seen, 'utf8').trim()).toBe('[]');
});
