import { randomBytes } from 'node:crypto';
import { rmSync, statfsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorMessage } from '../../errors';
import { sqliteVersion } from '../../stores';
import type { Context } from '../context';
import { formatSize } from '../render/text';
import { broken, fromError, ok, warning, type Finding } from './finding';

const LEAST_NODE = [20, 12] as const;
const LITTLE_SPACE = 1024 ** 3;
const TOO_LITTLE_SPACE = 100 * 1024 ** 2;

/** Whether this Node is one that the product runs on. */
export function checkNode(): Finding {
  const { node } = process.versions;
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const [leastMajor, leastMinor] = LEAST_NODE;
  const isNewEnough = major > leastMajor || (major === leastMajor && minor >= leastMinor);
  return isNewEnough
    ? ok('node', `Node ${node}`)
    : broken('node', `Node ${node} is too old`, `install Node ${LEAST_NODE.join('.')} or newer`);
}

/** Whether SQLite's native module can be loaded. */
export function checkNativeModule(): Finding {
  try {
    return ok('native module', `SQLite ${sqliteVersion()}`);
  } catch (error) {
    return broken(
      'native module',
      `better-sqlite3 cannot be loaded by Node ${process.versions.node}: ${errorMessage(error)}`,
      'run `npm rebuild better-sqlite3` with the Node that runs this, or `npm ci`',
    );
  }
}

/** Whether the home is a folder of the user's own, and has room. */
export function checkHome(context: Context): Finding[] {
  try {
    const { path } = context.home;
    const probe = join(path, `.doctor-${randomBytes(4).toString('hex')}`);
    writeFileSync(probe, '');
    rmSync(probe);
    return [checkRights(path), checkSpace(path)];
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
        `${path} can be read by others (mode ${mode.toString(8)}), and holds logins and file names`,
        `chmod 700 ${path}`,
      );
}

function checkSpace(path: string): Finding {
  const { bavail, bsize } = statfsSync(path);
  const free = bavail * bsize;
  const says = `${formatSize(free)} free`;
  if (free < TOO_LITTLE_SPACE) return broken('space', says, 'make room: a million files need about 1.5 GB');
  return free < LITTLE_SPACE
    ? warning('space', says, 'make room: a million files need about 1.5 GB')
    : ok('space', says);
}
