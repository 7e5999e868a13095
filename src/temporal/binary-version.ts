import { execFile } from 'node:child_process';
import { statSync } from 'node:fs';
import { promisify } from 'node:util';
import { withoutSecrets, type Environment } from '../config';

/** The release of Temporal's CLI to download. The tests run on its dev server. */
export const CLI_VERSION = '1.5.1';
/** The oldest supported dev server, and the first CLI release that contains it. */
const OLDEST_SERVER = { major: 1, minor: 29 };
const OLDEST_CLI = { major: 1, minor: 5 };

const VERSION_LIMIT_MS = 10_000;

/** What a `temporal` binary says about itself. */
export interface BinaryVersion {
  /** The first line of `--version`. */
  says: string;
  /** The version of the CLI, such as `1.5.1`; undefined if the program is not Temporal's CLI. */
  cli: string | undefined;
  /** True if it is Temporal's CLI with a supported dev server. */
  isUsable: boolean;
}

/** Why a binary is not usable, as the end of a sentence that begins with its path. */
export function whyUnusable({ says, cli }: BinaryVersion): string {
  if (cli === undefined) return `is not Temporal's CLI: it says ${JSON.stringify(says)}`;
  return `is too old (${says}): Temporal's CLI ${OLDEST_CLI.major}.${OLDEST_CLI.minor} or newer is needed`;
}

/** Reads the output of `--version`: `temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)`. */
export function parseVersion(output: string): BinaryVersion {
  const says = (output.trim().split('\n', 1)[0] ?? '').slice(0, 200);
  const cli = /^temporal version v?(\d+(?:\.\d+)*)/.exec(says)?.[1];
  // A build with `go install` may call itself 0.0.0-DEV, but its server reports the true version.
  const server = /\bserver v?(\d+\.\d+)/i.exec(says)?.[1];
  const isNew = server === undefined ? atLeast(cli, OLDEST_CLI) : atLeast(server, OLDEST_SERVER);
  return { says, cli, isUsable: cli !== undefined && isNew };
}

function atLeast(version: string | undefined, least: { major: number; minor: number }): boolean {
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  return major > least.major || (major === least.major && minor >= least.minor);
}

const known = new Map<string, Promise<BinaryVersion>>();

/**
 * Runs a binary with `--version`. The answer is cached until the file changes.
 * @throws if it does not run, or does not answer in time.
 */
export async function binaryVersion(path: string, env: Environment): Promise<BinaryVersion> {
  const file = statSync(path, { throwIfNoEntry: false });
  const key = `${path} ${String(file?.ino)} ${String(file?.mtimeMs)} ${String(file?.size)}`;
  const pending = known.get(key) ?? askVersion(path, env);
  known.set(key, pending);
  try {
    return await pending;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

async function askVersion(path: string, env: Environment): Promise<BinaryVersion> {
  const limits = { timeout: VERSION_LIMIT_MS, env: withoutSecrets(env) };
  return parseVersion((await promisify(execFile)(path, ['--version'], limits)).stdout);
}
