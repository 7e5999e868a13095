import { existsSync } from 'node:fs';
import { logFileOf } from '../shared/log';
import type { Home } from '../../process/home';
import { notedWorker, type NotedWorker } from '../../process/worker-record';
import { isWorkerRoleHeld } from '../../process/worker-role';
import { ok, warning, type Finding } from './finding';

/** The process that works in a home; undefined where none does, or none that has said so. */
export function workingProcess(home: Home): number | undefined {
  if (!isWorkerRoleHeld(home)) return undefined;
  const noted = notedWorker(home);
  return noted.state === 'none' ? undefined : noted.record.pid;
}

/** Who works in the home. */
export function checkWorker(home: Home): Finding {
  const noted = notedWorker(home);
  if (isWorkerRoleHeld(home)) return heldBy(noted);
  if (noted.state === 'none')
    return ok('worker', 'none runs; `gdrive-sync up` or `gdrive-sync sync` starts one');
  return warning(
    'worker',
    `none runs; process ${String(noted.record.pid)} ended without letting go of its work, which waits`,
    'run `gdrive-sync up` or `gdrive-sync sync`: they go on with what it left',
  );
}

/** Names the log file of the worker. */
export function tellLog(home: Home): Finding {
  const path = logFileOf(home.path);
  return ok('log', existsSync(path) ? path : `${path} (nothing is logged yet)`);
}

function heldBy(noted: NotedWorker): Finding {
  if (noted.state === 'none') return ok('worker', 'a command holds the role for a moment');
  const pid = String(noted.record.pid);
  if (noted.state === 'alive') return ok('worker', `process ${pid} works in this home`);
  return warning(
    'worker',
    `the worker lock is held, but not by process ${pid}: by a short command, or by a worker in another container`,
    'look again: `gdrive-sync doctor`',
  );
}
