// One sync as a whole process, and what the emulated Drive saw of it.
import { join } from 'node:path';
import { runCommand } from './measure.mjs';
import { IN_FOLDER } from './traffic.mjs';

/** Where a home keeps its store. */
export function storeOf(home) {
  return join(home, 'accounts', 'default.db');
}

/** What a command needs to find the emulated Drive. */
export function accessTo(drive) {
  return { GDRIVE_SYNC_DRIVE_URL: drive.url, GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token' };
}

/** The setting that lifts the quota. */
export const WITHOUT_QUOTA = { GDRIVE_SYNC_UNITS_PER_MINUTE: '100000000' };

/** Syncs into a home without a quota unless `env` has one. */
export async function syncOnce(drive, home, { args = [], env = {}, watch } = {}) {
  return await syncAsUsers(drive, home, { args, env: { ...WITHOUT_QUOTA, ...env }, watch });
}

/**
 * Syncs into a home with the defaults. Times are in seconds, `firstSeconds` until the summary was printed, `cpuSeconds` that of the command's own
 * process; `methods` is what the emulated Drive saw of each, `inFolders` the listings of single folders, which `pages` and the crawl leave out. Further options are those of `runCommand`.
 */
export async function syncAsUsers(drive, home, { args = [], env = {}, ...options } = {}) {
  await drive.ask('begin');
  const {
    ms,
    firstMs,
    cpuMs: ownCpuMs,
    rssMb,
    watched,
    end,
  } = await runCommand(['sync', ...args], {
    home,
    env: { ...accessTo(drive), ...env },
    ...options,
  });
  const { methods, inFlight, cpuMs } = await drive.ask('traffic');
  const seen = Object.values(methods);
  return {
    seconds: ms / 1000,
    firstSeconds: firstMs / 1000,
    cpuSeconds: ownCpuMs / 1000,
    end,
    rssMb,
    watched,
    methods,
    inFlight,
    driveCpuMs: cpuMs,
    requests: seen.reduce((sum, { asked }) => sum + asked, 0),
    inFolders: methods[IN_FOLDER]?.asked ?? 0,
    refused: seen.reduce((sum, { refused }) => sum + refused, 0),
    ...crawlOf(methods['files.list']),
  };
}

/** A sync that follows the log may list nothing. */
function crawlOf(list) {
  // A refused request costs nothing and is asked again.
  return list && { crawlSeconds: secondsOf(list), pages: list.asked - list.refused };
}

/** From the first answer of a method to the last. */
export function secondsOf({ firstAnsweredAt, lastAt }) {
  return (lastAt - firstAnsweredAt) / 1000;
}
