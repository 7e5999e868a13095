import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Environment } from '../../config';
import { errorMessage } from '../../errors';
import { sqliteVersion } from '../../process/stores';
import type { Context } from '../shared/context';
import { formatSize } from '../render/text';
import { broken, fromError, ok, quoted, warning, type Finding } from './finding';

const LITTLE_SPACE = 1024 ** 3;
const TOO_LITTLE_SPACE = 100 * 1024 ** 2;
const MAKE_ROOM = 'free some disk space: a million files need about 1.5 GB';

interface Engines {
  engines: { node: string };
}

/** Checks whether the version of Node is new enough. */
export function checkNode(node: string): Finding {
  const { engines } = require('../../../package.json') as Engines;
  const least = engines.node.replace('>=', '');
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [leastMajor = 0, leastMinor = 0] = least.split('.').map(Number);
  const isNewEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return isNewEnough
    ? ok('node', `Node ${node}`)
    : broken('node', `Node ${node} is too old`, `install Node ${least} or newer`);
}

/** Checks whether SQLite's native module can be loaded. */
export function checkNativeModule(): Finding {
  try {
    return ok('native module', `SQLite ${sqliteVersion()}`);
  } catch (error) {
    return broken(
      'native module',
      `better-sqlite3 cannot be loaded by Node ${process.versions.node}: ${errorMessage(error)}`,
      'run `npm rebuild better-sqlite3` with the same version of Node, or `npm ci`',
    );
  }
}

/** Checks whether the home is private and writable, and whether its disk has space left. */
export function checkHome(context: Context): Finding[] {
  try {
    const { path } = context.home;
    const probe = join(path, `.doctor-${randomBytes(4).toString('hex')}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return [checkRights(path), checkSpace(freeBytes(path))];
  } catch (error) {
    return [fromError('home', error)];
  }
}

function checkRights(path: string): Finding {
  const mode = statSync(path).mode & 0o777;
  return (mode & 0o077) === 0
    ? ok('home', path)
    : warning(
        'home',
        `other users can access ${path} (mode ${mode.toString(8)}), which holds logins and file names`,
        `chmod 700 ${quoted(path)}`,
      );
}

/** The free bytes on the disk of a folder. */
export function freeBytes(path: string): number {
  const { bavail, bsize } = statfsSync(path);
  return bavail * bsize;
}

const PROXIES = ['http_proxy', 'https_proxy', 'all_proxy', 'grpc_proxy'];
const EXCEPTIONS = ['no_proxy', 'no_grpc_proxy'];

/** Shows the proxies that the environment sets, without their passwords; no finding if there are none. */
export function checkProxies(env: Environment): Finding[] {
  const named = (names: readonly string[]): string[] =>
    names
      .flatMap((name) => [name, name.toUpperCase()])
      .filter((name) => (env[name] ?? '') !== '')
      .map((name) => `${name}=${withoutPassword(env[name] ?? '')}`);
  const proxies = named(PROXIES);
  if (proxies.length === 0) return [];
  const says = `requests to Google go through ${[...proxies, ...named(EXCEPTIONS)].join(', ')}`;
  return [ok('proxies', `${says}; the embedded Temporal server is reached directly`)];
}

function withoutPassword(url: string): string {
  return url.replace(/\/\/[^@/]*@/, '//');
}

/** Checks whether this many free bytes are enough. */
export function checkSpace(free: number): Finding {
  const says = `${formatSize(free)} free`;
  if (free < TOO_LITTLE_SPACE) return broken('space', says, MAKE_ROOM);
  return free < LITTLE_SPACE ? warning('space', says, MAKE_ROOM) : ok('space', says);
}
