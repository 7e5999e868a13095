import { readFileSync } from 'node:fs';
import { errorCode } from '../../errors';
import type { Home } from '../../home';
import { tryWorkerRole } from '../../worker-role';
import { ok, warning, type Finding } from './finding';

/** The process that works in a home; undefined where none does, or none that has said so. */
export function workingProcess(home: Home): number | undefined {
  return isHeld(home) ? noted(home) : undefined;
}

/** Who works in the home. */
export function checkWorker(home: Home): Finding {
  const pid = noted(home);
  if (isHeld(home)) return heldBy(pid);
  if (pid === undefined) return ok('worker', 'none runs; `gdrive-sync up` or `gdrive-sync sync` starts one');
  return warning(
    'worker',
    `none runs; process ${String(pid)} ended without letting go of its work, which waits`,
    'run `gdrive-sync up` or `gdrive-sync sync`: they go on with what it left',
  );
}

function heldBy(pid: number | undefined): Finding {
  if (pid === undefined) return ok('worker', 'a command holds the role for a moment');
  if (isAlive(pid)) return ok('worker', `process ${String(pid)} works in this home`);
  return warning(
    'worker',
    `somebody works in this home who is not process ${String(pid)}: a command for a moment, or a worker in another container`,
    'look again: `gdrive-sync doctor`',
  );
}

function isHeld(home: Home): boolean {
  const role = tryWorkerRole(home);
  role?.release();
  return role === undefined;
}

/** The process that the last worker has noted itself to be. */
function noted({ workerFile }: Home): number | undefined {
  try {
    return Number((JSON.parse(readFileSync(workerFile, 'utf8')) as { pid: unknown }).pid) || undefined;
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    // Another user's process lives too.
    return errorCode(error) === 'EPERM';
  }
}
