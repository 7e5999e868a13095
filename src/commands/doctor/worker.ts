import { existsSync } from 'node:fs';
import { logFileOf } from '../shared/log';
import type { Home } from '../../process/home';
import { notedWorker, type NotedWorker } from '../../process/worker-record';
import { isWorkerRoleHeld } from '../../process/worker-role';
import { ok, warning, type Finding } from './finding';

/** The pid of a home's worker; undefined if there is none, or if it has not recorded its pid. */
export function workingProcess(home: Home): number | undefined {
  if (!isWorkerRoleHeld(home)) return undefined;
  const noted = notedWorker(home);
  return noted.state === 'none' ? undefined : noted.record.pid;
}

/** Checks which process is the worker of the home. */
export function checkWorker(home: Home): Finding {
  const noted = notedWorker(home);
  if (isWorkerRoleHeld(home)) return heldBy(noted);
  if (noted.state === 'none')
    return ok('worker', 'none is running; `gdrive-sync up` or `gdrive-sync sync` starts one');
  return warning(
    'worker',
    `none is running; process ${String(noted.record.pid)} did not stop cleanly, and its work waits`,
    'run `gdrive-sync up` or `gdrive-sync sync` to continue it',
  );
}

/** Shows the path of the worker's log file. */
export function tellLog(home: Home): Finding {
  const path = logFileOf(home.path);
  return ok('log', existsSync(path) ? path : `${path} (nothing is logged yet)`);
}

function heldBy(noted: NotedWorker): Finding {
  if (noted.state === 'none') return ok('worker', 'a short command holds the worker lock');
  const pid = String(noted.record.pid);
  if (noted.state === 'alive') return ok('worker', `process ${pid} is running`);
  return warning(
    'worker',
    `the worker lock is held, but not by process ${pid}: either by a short command or by a worker in another container`,
    'run `gdrive-sync doctor` again',
  );
}
