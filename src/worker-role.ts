import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import type { Home } from './home';
import { tryRoleLock, type RoleLock } from './store/role-lock';

/** Takes the role of the home's worker, or returns undefined while another process holds it. */
export function tryWorkerRole(home: Home): RoleLock | undefined {
  return tryRoleLock(home.workerLock);
}

const BRIEF_ROLE_LIMIT_MS = 5_000;
const BRIEF_ROLE_LOOK_MS = 50;

/** Takes the worker role for one short write, or returns undefined if a worker holds it; waits for other short writes. */
export async function takeBriefRole(home: Home): Promise<RoleLock | undefined> {
  for (const endsAt = Date.now() + BRIEF_ROLE_LIMIT_MS; ; await delay(BRIEF_ROLE_LOOK_MS)) {
    const role = tryWorkerRole(home);
    if (role !== undefined || existsSync(home.workerFile) || Date.now() > endsAt) return role;
  }
}
