import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home';
import { isRoleHeld, tryRoleLock, type RoleLock } from '../store/sqlite/role-lock';
import { notedWorker } from './worker-record';

/** Takes the role of the home's worker, or returns undefined while another process holds it. */
export function tryWorkerRole(home: Home): RoleLock | undefined {
  return tryRoleLock(home.workerLock);
}

/** True while a process holds the role of the home's worker. */
export function isWorkerRoleHeld(home: Home): boolean {
  return isRoleHeld(home.workerLock);
}

const BRIEF_ROLE_LIMIT_MS = 5_000;
const BRIEF_ROLE_LOOK_MS = 50;

/** Takes the worker role for one short write, or returns undefined if a worker holds it; waits for other short writes. */
export async function takeBriefRole(home: Home): Promise<RoleLock | undefined> {
  for (const endsAt = Date.now() + BRIEF_ROLE_LIMIT_MS; ; await delay(BRIEF_ROLE_LOOK_MS)) {
    const role = tryWorkerRole(home);
    // Short writes note nobody. A worker that was killed stays noted, but does not live.
    if (role !== undefined || notedWorker(home).state === 'alive' || Date.now() > endsAt) return role;
  }
}
