import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '../config';
import { errorMessage, UserError } from '../errors';
import { binaryVersion, CLI_VERSION, whyUnusable } from './binary-version';
import { installBinary, type Download } from './install-binary';

/** How to find or install the binary. `announce` takes messages for a person who waits. */
export interface BinaryOptions {
  env: Environment;
  cacheDir: string;
  announce: (line: string) => void;
  signal?: AbortSignal;
  /** Downloads into a folder and returns the file. Default: the SDK's download. */
  download?: Download;
}

/** Where to look for binaries. */
type Places = Pick<BinaryOptions, 'env' | 'cacheDir'>;

/** The usable binary on this machine, if there is one, and the unusable ones that were found before it. */
export interface FoundBinary {
  path: string | undefined;
  /** Sentences that begin with the path of a binary. */
  passedOver: string[];
}

/**
 * Finds the `temporal` binary in TEMPORAL_CLI_PATH, PATH or our cache; otherwise downloads it with the SDK,
 * or builds it with Go.
 * @throws UserError if all of that fails; its hint lists the options.
 */
export async function resolveTemporalBinary(options: BinaryOptions): Promise<string> {
  const { env, cacheDir, announce } = options;
  const named = namedBinary(env);
  if (named !== undefined) return await checkNamed(named, env);
  const { path, passedOver } = await findTemporalBinary(options);
  if (path !== undefined) return path;
  for (const why of passedOver) announce(`Not used: ${why}.`);
  const cached = cachedIn(cacheDir);
  const isCached = async () => isExecutable(cached) && (await problemWith(cached, env)) === undefined;
  await installBinary(cached, isCached, { ...options, go: findOnPath(env, 'go') });
  return cached;
}

/** The `temporal` binary that the user named; it takes precedence. */
export function namedBinary(env: Environment): string | undefined {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named === undefined || named === '') return undefined;
  // The server runs in a different working directory.
  return named.includes('/') ? resolve(named) : named;
}

/** Looks for a usable `temporal` binary on PATH, then in our cache. */
export async function findTemporalBinary(places: Places): Promise<FoundBinary> {
  const passedOver: string[] = [];
  const cached = cachedIn(places.cacheDir);
  const onPath = findOnPath(places.env, 'temporal');
  for (const path of [onPath, isExecutable(cached) ? cached : undefined]) {
    if (path === undefined) continue;
    const problem = await problemWith(path, places.env);
    if (problem === undefined) return { path, passedOver };
    passedOver.push(`${path} ${problem}`);
  }
  return { path: undefined, passedOver };
}

function cachedIn(cacheDir: string): string {
  return join(cacheDir, `temporal-${CLI_VERSION}`);
}

/** True if Go is installed, so that the binary can be built if the download fails. */
export function canBuild(env: Environment): boolean {
  return findOnPath(env, 'go') !== undefined;
}

/** Why a binary is not usable; undefined if it is. */
async function problemWith(path: string, env: Environment): Promise<string | undefined> {
  try {
    const version = await binaryVersion(path, env);
    return version.isUsable ? undefined : whyUnusable(version);
  } catch (error) {
    return `does not run: ${errorMessage(error)}`;
  }
}

/** A binary that the user named may be of any version, but it must be Temporal's CLI. */
async function checkNamed(path: string, env: Environment): Promise<string> {
  const problem = await binaryVersion(path, env).then(
    (version) => (version.cli === undefined ? `which ${whyUnusable(version)}` : undefined),
    (error: unknown) => `which does not run: ${errorMessage(error)}`,
  );
  if (problem === undefined) return path;
  throw new UserError(`TEMPORAL_CLI_PATH names ${path}, ${problem}`, {
    hint: 'point it at the `temporal` binary, or unset it',
  });
}

/** Skips relative folders of PATH, and world-writable ones, in which anybody may put programs. */
function findOnPath(env: Environment, name: string): string | undefined {
  return (env['PATH'] ?? '')
    .split(delimiter)
    .filter((folder) => isAbsolute(folder))
    .map((folder) => join(folder, name))
    .find((path) => isExecutable(path) && !isShared(dirname(path)));
}

const WRITABLE_BY_ALL = 0o002;

function isShared(folder: string): boolean {
  return (statSync(folder).mode & WRITABLE_BY_ALL) !== 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    // Folders are executable too.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
