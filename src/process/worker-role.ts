import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home';
import { isRoleHeld, tryRoleLock, type RoleLock } from '../store/sqlite/role-lock';
import { notedWorker } from './worker-record';

/** Takes the home's worker lock, or returns undefined while another process holds it. */
export function tryWorkerRole(home: Home): RoleLock | undefined {
  return tryRoleLock(home.workerLock);
}

/** True while a process holds the home's worker lock. */
export function isWorkerRoleHeld(home: Home): boolean {
  return isRoleHeld(home.workerLock);
}

const BRIEF_ROLE_LIMIT_MS = 5_000;
const BRIEF_ROLE_LOOK_MS = 50;

/** Takes the worker lock for a short write; undefined if a worker holds it. Waits for other short writes. */
export async function takeBriefRole(home: Home): Promise<RoleLock | undefined> {
  for (const endsAt = Date.now() + BRIEF_ROLE_LIMIT_MS; ; await delay(BRIEF_ROLE_LOOK_MS)) {
    const role = tryWorkerRole(home);
    // Short writes leave no record. A killed worker leaves one, but it is no longer alive.
    if (role !== undefined || notedWorker(home).state === 'alive' || Date.now() > endsAt) return role;
  }
}
