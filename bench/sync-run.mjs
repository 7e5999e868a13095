// One sync as a whole process, and what the emulated Drive saw of it.
import { join } from 'node:path';
import { runCommand } from './measure.mjs';

const NO_QUOTA = '100000000';

/** Where a home keeps its store. */
export function storeOf(home) {
  return join(home, 'accounts', 'default.db');
}

/** Syncs into a home, without a quota unless `env` has one. Times are in seconds; `methods` is what the emulated Drive saw of each. */
export async function syncOnce(drive, home, { args = [], env = {}, watch } = {}) {
  await drive.ask('begin');
  const { ms, rssMb, watched } = await runCommand(['sync', '--no-walk', ...args], {
    home,
    env: {
      GDRIVE_SYNC_DRIVE_URL: drive.url,
      GDRIVE_SYNC_ACCESS_TOKEN: 'emulator-token',
      GDRIVE_SYNC_UNITS_PER_MINUTE: NO_QUOTA,
      ...env,
    },
    watch,
  });
  const { methods, inFlight, cpuMs } = await drive.ask('traffic');
  const seen = Object.values(methods);
  return {
    seconds: ms / 1000,
    rssMb,
    watched,
    methods,
    inFlight,
    driveCpuMs: cpuMs,
    requests: seen.reduce((sum, { asked }) => sum + asked, 0),
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
