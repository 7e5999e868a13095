import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { withoutSecrets, type Environment } from '../config';
import { errorMessage, UserError } from '../errors';
import { makeFolder } from '../make-folder';
import { tryRoleLock } from '../store/sqlite/role-lock';
import { binaryVersion, CLI_VERSION } from './binary-version';

const CLI_MODULE = `github.com/temporalio/cli/cmd/temporal@v${CLI_VERSION}`;
/** A build from source calls itself 0.0.0-DEV unless the version is set at link time. */
const CLI_LDFLAGS = `-X github.com/temporalio/cli/temporalcli.Version=${CLI_VERSION}`;
const DOWNLOAD_LIMIT_MS = 120_000;
const BUILD_LIMIT_MS = 15 * 60_000;
const REPORT_EVERY_MS = 5_000;

/** Downloads the binary into a folder and returns its path. */
export type Download = (folder: string) => Promise<string>;

/** What the installation needs. `go`: the Go toolchain, if there is one. */
interface InstallOptions {
  env: Environment;
  cacheDir: string;
  announce: (line: string) => void;
  signal?: AbortSignal;
  download?: Download;
  go: string | undefined;
}

/**
 * Installs the CLI's release at `target`. One process installs it; the others wait and then find it there
 * (`isThere`).
 * @throws UserError if it can neither be downloaded nor built.
 */
export async function installBinary(
  target: string,
  isThere: () => Promise<boolean>,
  options: InstallOptions,
): Promise<void> {
  const { cacheDir, announce, signal } = options;
  makeFolder(cacheDir, 0o700);
  let role = tryRoleLock(join(cacheDir, 'install.lock'));
  if (role === undefined) announce('Another process is downloading the Temporal server. Waiting for it.');
  while (role === undefined) {
    await delay(200, undefined, signal && { signal });
    role = tryRoleLock(join(cacheDir, 'install.lock'));
  }
  const draft = mkdtempSync(join(cacheDir, 'install-'));
  try {
    if (!(await isThere())) renameSync(await obtain(draft, options), target);
  } finally {
    rmSync(draft, { recursive: true, force: true });
    role.release();
  }
}

async function obtain(folder: string, options: InstallOptions): Promise<string> {
  const { announce, go, signal } = options;
  announce('Downloading the Temporal server (only once; it is cached).');
  const download = options.download ?? downloadWithSdk;
  const downloaded = await attempt(
    async () => await checkRelease(await limited(download(folder), signal), options),
  );
  if ('value' in downloaded) return downloaded.value;
  signal?.throwIfAborted();
  announce(`The download failed: ${downloaded.error}`);
  const built =
    go === undefined
      ? { error: 'Go is not installed' }
      : await attempt(async () => await checkRelease(await buildWithGo(go, folder, options), options));
  if ('value' in built) return built.value;
  signal?.throwIfAborted();
  throw new UserError(
    `cannot install the Temporal server: the download failed (${downloaded.error}), the build failed (${built.error})`,
    {
      hint: `put the \`temporal\` binary on PATH, set TEMPORAL_CLI_PATH to it, install Go so that it can be built (\`go install ${CLI_MODULE}\`), or set TEMPORAL_ADDRESS to your own server`,
    },
  );
}

/** The name of the file in the cache contains the version, so the binary must report the same version. */
async function checkRelease(path: string, { env }: InstallOptions): Promise<string> {
  const { cli, says } = await binaryVersion(path, env);
  if (cli !== CLI_VERSION) throw new Error(`it says ${JSON.stringify(says)} instead of ${CLI_VERSION}`);
  return path;
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
  // Aborting the timer after the work is done rejects it, and nobody handles that.
  limit.catch(() => undefined);
  try {
    return await Promise.race([work, limit]);
  } finally {
    abort.abort();
  }
}

/**
 * The SDK downloads only in order to start a server, so this starts and stops one. It uses a new private
 * folder: the SDK's default is the system's temporary folder, where other users could have planted a binary.
 */
async function downloadWithSdk(folder: string): Promise<string> {
  const { TestWorkflowEnvironment } = await import('@temporalio/testing');
  const executable = { type: 'cached-download', downloadDir: folder, version: `v${CLI_VERSION}` } as const;
  const env = await TestWorkflowEnvironment.createLocal({ server: { executable } });
  await env.teardown();
  // A file that is still being written has a suffix.
  const [file] = readdirSync(folder).filter((name) => /^temporal-[\w.-]*\d$/.test(name));
  if (file === undefined) throw new Error('the download left no file');
  return join(folder, file);
}

async function buildWithGo(
  go: string,
  folder: string,
  { announce, env, signal }: InstallOptions,
): Promise<string> {
  announce(`Building it with Go instead, which takes a few minutes (${CLI_MODULE}).`);
  const startedAt = Date.now();
  const timer = setInterval(() => {
    announce(`… still building after ${String(Math.round((Date.now() - startedAt) / 1000))} s`);
  }, REPORT_EVERY_MS);
  try {
    const args = ['install', '-ldflags', CLI_LDFLAGS, CLI_MODULE];
    await run(go, args, { ...withoutSecrets(env), GOBIN: folder }, signal);
    return join(folder, 'temporal');
  } finally {
    clearInterval(timer);
  }
}

async function run(
  command: string,
  args: string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<void> {
  signal?.throwIfAborted();
  // A separate process group, so that the compilers that `go` starts end with it.
  const child = spawn(command, args, {
    env,
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
