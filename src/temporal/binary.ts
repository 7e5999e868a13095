import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Environment } from '../config';
import { errorMessage, UserError } from '../errors';
import { binaryVersion, CLI_VERSION, whyUnusable } from './binary-version';
import { installBinary, type Download } from './install-binary';

/** How to find or get the binary. `announce` takes lines for a person who waits. */
export interface BinaryOptions {
  env: Environment;
  cacheDir: string;
  announce: (line: string) => void;
  signal?: AbortSignal;
  /** Downloads into a folder and returns the file; the SDK's own way unless given. */
  download?: Download;
}

/** Where binaries are looked for. */
type Places = Pick<BinaryOptions, 'env' | 'cacheDir'>;

/** The usable binary that is here already, if there is one, and those that were found before it and are not usable. */
export interface FoundBinary {
  path: string | undefined;
  /** Sentences that begin with the path of a binary. */
  passedOver: string[];
}

/**
 * Finds the `temporal` binary: TEMPORAL_CLI_PATH, PATH, our cache, then the SDK's download, then a build with Go.
 * @throws UserError where there is none to be had; it names all the ways.
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

/** The `temporal` binary that the user names; it goes before all others. */
export function namedBinary(env: Environment): string | undefined {
  const named = env['TEMPORAL_CLI_PATH'];
  if (named === undefined || named === '') return undefined;
  // The server runs in another folder than this process.
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

/** True where a binary can be built if none can be downloaded. */
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

/** The user's own choice may be of any version, but it must be Temporal's CLI. */
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

/** A folder of PATH in which anybody may put programs is passed over, and so is one that depends on where we are. */
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
    // A folder passes for executable too.
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
