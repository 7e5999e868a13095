import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage, UserError } from './errors';

/** The folder that holds everything of one installation; only this module knows where things are in it. */
export interface Home {
  readonly path: string;
  /** Random and lasting: names the task queue that this home's worker polls. */
  readonly id: string;
  readonly workerLock: string;
  readonly workerFile: string;
  storeOf(account: string): string;
  credentialsOf(account: string): string;
  /** The accounts that have a store, by name. */
  accounts(): string[];
}

/**
 * Opens a home, creating it (mode 0700) with its id at first use.
 * @throws UserError where it cannot be created or written to.
 */
export function openHome(path: string): Home {
  const accounts = join(path, 'accounts');
  try {
    mkdirSync(accounts, { recursive: true, mode: 0o700 });
    return homeAt(path, readOrCreateId(join(path, 'home-id')));
  } catch (error) {
    throw new UserError(`the home folder ${path} cannot be used: ${errorMessage(error)}`, {
      hint: 'choose a folder that you may write to with --home or GDRIVE_SYNC_HOME',
      cause: error,
    });
  }
}

function homeAt(path: string, id: string): Home {
  const accounts = join(path, 'accounts');
  return {
    path,
    id,
    workerLock: join(path, 'worker.lock'),
    workerFile: join(path, 'worker.json'),
    storeOf: (account) => join(accounts, `${account}.db`),
    credentialsOf: (account) => join(accounts, `${account}.credentials.json`),
    accounts: () =>
      readdirSync(accounts)
        .filter((name) => name.endsWith('.db'))
        .map((name) => name.slice(0, -'.db'.length))
        .toSorted(),
  };
}

/** Two processes may start in a new home at once: the first link wins, and both read the same id. */
function readOrCreateId(file: string): string {
  if (!existsSync(file)) {
    const draft = `${file}.${String(process.pid)}`;
    writeFileSync(draft, `${randomBytes(4).toString('hex')}\n`);
    try {
      linkSync(draft, file);
    } catch (error) {
      if (errorCode(error) !== 'EEXIST') throw error;
    } finally {
      rmSync(draft, { force: true });
    }
  }
  const id = readFileSync(file, 'utf8').trim();
  if (!/^[0-9a-f]{8}$/.test(id)) throw new Error(`${file} does not hold a home id`);
  return id;
}
