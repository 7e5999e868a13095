import { openTemporal } from '../../process/temporal-access';
import { startEmulator, type Emulator } from '#emulator';
import { EXIT, UserError } from '../../errors';
import { deleteStore, readStore, updateStore } from '../../process/stores';
import { tryWorkerRole } from '../../process/worker-role';
import type { Context } from '../shared/context';
import { DEMO_ACCOUNT, DEMO_TOKEN } from './process';

const IDENTITY = '10000000000000000demo';
const LATENCY_MS = 60;
/** Small enough that losing one needs no consent. */
const DRIVES = [
  { name: 'Marketing', files: 150 },
  { name: 'Engineering', files: 200 },
  { name: 'Finance', files: 100 },
] as const;

/** Starts a Drive with three shared drives: generated, or made from a real folder. */
export async function openDemoDrive(files: number, from: string | undefined): Promise<Emulator> {
  const drives = DRIVES.map(({ name, files: most }) => ({
    name,
    files: Math.min(most, Math.ceil(files / 20)),
  }));
  const inDrives = drives.reduce((sum, drive) => sum + drive.files, 0);
  const own = Math.max(1, files - inDrives);
  try {
    return await startEmulator({
      corpus:
        from === undefined
          ? { kind: 'seed', seed: 1, files: own, drives }
          : { kind: 'folder', path: from, drives },
      user: { permissionId: IDENTITY },
      accessToken: DEMO_TOKEN,
      latencyMs: LATENCY_MS,
      jitter: 0.5,
    });
  } catch (error) {
    if (from === undefined) throw error;
    throw new UserError(`cannot read the folder ${from}`, { exitCode: EXIT.usage, cause: error });
  }
}

/** Deletes the store and the jobs of an earlier demo, but never those of a real account. */
export async function clearEarlierDemo({ config, home, tell, signal }: Context): Promise<void> {
  const role = tryWorkerRole(home);
  if (role === undefined) {
    throw new UserError('another process works in this home', {
      hint: 'stop it, or choose another folder with --home',
    });
  }
  try {
    updateStore(home, DEMO_ACCOUNT);
    const owner = readStore(
      home,
      DEMO_ACCOUNT,
      (reader) => reader.get('SELECT permission_id FROM store')?.['permission_id'],
    );
    if (owner === undefined) return;
    if (owner !== null && owner !== IDENTITY) {
      throw new UserError(`the home of the demo, ${home.path}, holds another account`, {
        hint: 'choose another folder with --home',
      });
    }
    const temporal = await openTemporal(config, home, {
      supervise: false,
      announce: tell,
      signal,
    });
    try {
      for (const job of await temporal.jobs.list(Infinity))
        if (job.account === DEMO_ACCOUNT) await temporal.jobs.remove(job);
    } finally {
      await temporal.close();
    }
    deleteStore(home.contentOf(DEMO_ACCOUNT));
    deleteStore(home.storeOf(DEMO_ACCOUNT));
  } finally {
    role.release();
  }
}
