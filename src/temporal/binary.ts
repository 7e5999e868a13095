import { execFile, spawn } from 'node:child_process';
import {
  constants,
  accessSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Environment } from '../config';
import { errorMessage, UserError } from '../errors';
import { tryRoleLock } from '../store/role-lock';

/** The release of Temporal's CLI that is built where none can be downloaded; its dev server is what this product is tested on. */
const CLI_VERSION = '1.5.1';
const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
const DOWNLOAD_LIMIT_MS = 120_000;
const BUILD_LIMIT_MS = 15 * 60_000;
const REPORT_EVERY_MS = 5_000;

/** How to find or get the binary. `announce` takes lines for a person who waits. */
export interface BinaryOptions {
  env: Environment;
  cacheDir: string;
  announce: (line: string) => void;
  signal?: AbortSignal;
  /** Downloads into a folder and returns the file; the SDK's own way unless given. */
  download?: (folder: string) => Promise<string>;
}

/**
 * Finds the `temporal` binary: TEMPORAL_CLI_PATH, PATH, our cache, then the SDK's download, then a build with Go.
 * @throws UserError where there is none to be had; it names all the ways.
 */
export async function resolveTemporalBinary(options: BinaryOptions): Promise<string> {
  const { env, cacheDir } = options;
  const named = namedBinary(env);
  if (named !== undefined) return await checkNamed(named);
  return findTemporalBinary(options) ?? (await installOnce(cachedIn(cacheDir), options));
}

/** The `temporal` binary that the user names; it goes before all others. */
export function namedBinary(env: Environment): string | undefined {
  const named = env['TEMPORAL_CLI_PATH'];
  return named === '' ? undefined : named;
}

/** The `temporal` binary that is here already, by PATH or in our cache. */
export function findTemporalBinary({
  env,
  cacheDir,
}: Pick<BinaryOptions, 'env' | 'cacheDir'>): string | undefined {
  const cached = cachedIn(cacheDir);
  return findOnPath(env, 'temporal') ?? (isExecutable(cached) ? cached : undefined);
}

function cachedIn(cacheDir: string): string {
  return join(cacheDir, `temporal-${CLI_VERSION}`);
}

/** True where a binary can be built if none can be downloaded. */
export function canBuild(env: Environment): boolean {
  return findOnPath(env, 'go') !== undefined;
}

/**
 * What a binary says that it is.
 * @throws where it does not run.
 */
export async function binaryVersion(path: string, signal?: AbortSignal): Promise<string> {
  const limits = { timeout: 20_000, ...(signal && { signal }) };
  return (await promisify(execFile)(path, ['--version'], limits)).stdout.trim();
}

async function checkNamed(path: string): Promise<string> {
  try {
    await binaryVersion(path);
    return path;
  } catch (error) {
    throw new UserError(`TEMPORAL_CLI_PATH names ${path}, which does not run: ${errorMessage(error)}`, {
      hint: 'point it at the `temporal` binary, or unset it',
    });
  }
}

function findOnPath(env: Environment, name: string): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // A folder passes for executable too.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** One process installs, the others wait for it and then find what it installed. */
async function installOnce(cached: string, options: BinaryOptions): Promise<string> {
  const { cacheDir, announce, signal } = options;
  mkdirSync(cacheDir, { recursive: true });
  let role = tryRoleLock(join(cacheDir, 'install.lock'));
  if (role === undefined) announce('Another process is fetching the Temporal server; waiting for it.');
  while (role === undefined) {
    await delay(200, undefined, signal && { signal });
    role = tryRoleLock(join(cacheDir, 'install.lock'));
  }
  const draft = mkdtempSync(join(cacheDir, 'install-'));
  try {
    if (!isExecutable(cached)) renameSync(await obtain(draft, options), cached);
    return cached;
  } finally {
    rmSync(draft, { recursive: true, force: true });
    role.release();
  }
}

async function obtain(folder: string, options: BinaryOptions): Promise<string> {
  const { announce, env } = options;
  announce('Fetching the Temporal server (once; it is kept in the cache).');
  const download = options.download ?? downloadWithSdk;
  const problem = await attempt(async () => await limited(download(folder), options.signal));
  if ('value' in problem) return problem.value;
  options.signal?.throwIfAborted();
  announce(`It cannot be downloaded: ${problem.error}`);
  const go = findOnPath(env, 'go');
  const built =
    go === undefined ? { error: 'there is no Go' } : await attempt(() => buildWithGo(go, folder, options));
  if ('value' in built) return built.value;
  options.signal?.throwIfAborted();
  throw new UserError(
    `there is no Temporal server: no download (${problem.error}), no build (${built.error})`,
    {
      hint: `put the \`temporal\` binary on PATH, name it in TEMPORAL_CLI_PATH, install Go so that it can be built (\`go install ${CLI_MODULE}\`), or set TEMPORAL_ADDRESS to a server of your own`,
    },
  );
}

async function attempt(get: () => Promise<string>): Promise<{ value: string } | { error: string }> {
  try {
    return { value: await get() };
  } catch (error) {
    return { error: errorMessage(error).slice(0, 200) };
  }
}

async function limited<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const abort = new AbortController();
  const ends = signal === undefined ? abort.signal : AbortSignal.any([abort.signal, signal]);
  const limit = delay(DOWNLOAD_LIMIT_MS, undefined, { signal: ends }).then(() => {
    throw new Error('the download took too long');
  });
  // Aborted once the work is done; nobody listens then.
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    abort.abort();
  }
}

/** The SDK downloads only to start a server, so a server is started and stopped; an older download of its own is taken as it is. */
async function downloadWithSdk(folder: string): Promise<string> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const kept = sdkBinary(tmpdir());
  if (kept !== undefined) {
    copyFileSync(kept, join(folder, 'temporal'));
    return join(folder, 'temporal');
  }
  const executable = { type: 'cached-download', downloadDir: folder } as const;
  const env = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await env.teardown();
  const file = sdkBinary(folder);
  if (file === undefined) throw new Error('the download left no file');
  return file;
}

/** What the SDK calls its downloads; a file still being written has a suffix. */
function sdkBinary(folder: string): string | undefined {
  return readdirSync(folder)
    .filter((name) => /^temporal-sdk-typescript-[\d.]+$/.test(name))
    .map((name) => join(folder, name))
    .find(isExecutable);
}

async function buildWithGo(
  go: string,
  folder: string,
  { announce, env, signal }: BinaryOptions,
): Promise<string> {
  announce(`Building it with Go instead; this takes a few minutes (${CLI_MODULE}).`);
  const startedAt = Date.now();
  const timer = setInterval(() => {
    announce(`… building for ${String(Math.round((Date.now() - startedAt) / 1000))} s`);
  }, REPORT_EVERY_MS);
  try {
    await run(go, ['install', CLI_MODULE], { ...env, GOBIN: folder }, signal);
    return join(folder, 'temporal');
  } finally {
    clearInterval(timer);
  }
}

async function run(
  command: string,
  args: string[],
  env: Environment,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  // A group of its own: the compilers that go starts must end with it.
  const child = spawn(command, args, {
    env: { ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const stop = () => {
    if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
  };
  const timer = setTimeout(stop, BUILD_LIMIT_MS);
  signal?.addEventListener('abort', stop, { once: true });
  let lastLine = '';
  child.stderr.on(
    'data',
    (chunk: Buffer) => (lastLine = chunk.toString().trim().split('\n').at(-1) ?? lastLine),
  );
  const code = await new Promise<number | null>((settle, fail) => {
    child.once('error', fail);
    child.once('close', settle);
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', stop);
  });
  signal?.throwIfAborted();
  if (code !== 0) throw new Error(lastLine === '' ? `go ended with ${String(code)}` : lastLine);
}
