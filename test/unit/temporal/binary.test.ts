import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { resolveTemporalBinary } from '../../../src/temporal/binary';

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
    'printf "#!/bin/sh\\necho built\\n" > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"',
  );
}

test('TEMPORAL_CLI_PATH goes before everything else', async () => {
  script(join(folder, 'bin', 'temporal'), 'echo on path');
  const named = script(join(folder, 'named'), 'echo temporal version 1');
  expect(await resolve({ TEMPORAL_CLI_PATH: named })).toBe(named);
});

test('a TEMPORAL_CLI_PATH that does not run is told, not passed over', async () => {
  script(join(folder, 'bin', 'temporal'), 'echo on path');
  await expect(resolve({ TEMPORAL_CLI_PATH: join(folder, 'missing') })).rejects.toThrow(
    /TEMPORAL_CLI_PATH names .*missing/,
  );
});

test('PATH goes before the cache, and the cache before a download', async () => {
  const cached = script(join(cacheDir, 'temporal-1.5.1'), 'echo cached');
  expect(await resolve()).toBe(cached);
  const onPath = script(join(folder, 'bin', 'temporal'), 'echo on path');
  expect(await resolve()).toBe(onPath);
  expect(told).toEqual([]);
});

test('a download is announced and kept in the cache', async () => {
  const binary = await resolve({}, async (draft) => script(join(draft, 'downloaded'), 'echo downloaded'));
  expect(binary).toBe(join(cacheDir, 'temporal-1.5.1'));
  expect(readFileSync(binary, 'utf8')).toContain('echo downloaded');
  expect(told).toEqual([expect.stringMatching(/Fetching/)]);
  expect(readdirSync(cacheDir).toSorted()).toEqual(['install.lock', 'temporal-1.5.1']);
});

test('where no download works, Go builds it', async () => {
  fakeGo();
  expect(readFileSync(await resolve(), 'utf8')).toContain('echo built');
  expect(told.join('\n')).toMatch(/cannot be downloaded: no network[^]*Building it with Go/);
});

test('several processes at once install it once', async () => {
  let downloads = 0;
  const download = async (draft: string): Promise<string> => {
    downloads += 1;
    return script(join(draft, 'downloaded'), 'echo downloaded');
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
    message: expect.stringMatching(/no download \(no network\), no build \(there is no Go\)/),
    hint: expect.stringMatching(/PATH.*TEMPORAL_CLI_PATH.*Go.*TEMPORAL_ADDRESS/),
  });
});

test('a build that fails leaves nothing half-made in the cache', async () => {
  script(join(folder, 'bin', 'go'), 'echo "go: module not found" >&2; exit 1');
  await expect(resolve()).rejects.toThrow(/go: module not found/);
  expect(readdirSync(cacheDir)).toEqual(['install.lock']);
});
