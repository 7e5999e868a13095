import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { errorCode, errorMessage, EXIT, UserError } from '../errors';
import { makeFolder } from '../make-folder';

/** The paths of the files in a home, whether they exist or not. Only this module knows them. */
export interface HomePlaces {
  readonly path: string;
  readonly workerLock: string;
  readonly workerFile: string;
  /** @throws UserError if it is not an account name: names come from Temporal too. */
  storeOf(account: string): string;
  /** The texts of an account's files. @throws UserError if it is not an account name. */
  contentOf(account: string): string;
  /** @throws UserError if it is not an account name. */
  credentialsOf(account: string): string;
  /** The accounts that have a store, sorted by name. */
  accounts(): string[];
  /** The accounts that have a stored login, sorted by name. */
  logins(): string[];
  /** The accounts that have a store or a login, sorted by name. */
  known(): string[];
}

/** The folder that holds everything of one installation. */
export interface Home extends HomePlaces {
  /** A random id that never changes; it names the task queue that this home's worker polls. */
  readonly id: string;
}

/**
 * Opens a home. At first use, creates it (mode 0700) with its id.
 * @throws UserError if it cannot be created or written to.
 */
export function openHome(path: string): Home {
  try {
    makeFolder(join(path, ACCOUNTS), 0o700);
    return { ...placesOf(path), id: readOrCreateId(join(path, 'home-id')) };
  } catch (error) {
    throw new UserError(`the home folder ${path} cannot be used: ${errorMessage(error)}`, {
      hint: 'choose a folder that you may write to with --home or GDRIVE_SYNC_HOME',
      cause: error,
    });
  }
}

const CONTENT = '.content';
/** `<account>.content.db` holds the texts of an account, so no account has that ending. */
const ACCOUNT_NAME = /^[a-z0-9_-][a-z0-9._-]{0,63}$(?<!\.content)/;

/** Says what is wrong with a name that is not a valid account name. */
export function notAnAccountName(name: string): string {
  return `${JSON.stringify(name)} is not an account name: use up to 64 characters from a-z, 0-9, ".", "_" and "-", and do not begin with a dot or end in ".content"`;
}

/** @throws UserError if a name is not a valid account name. */
export function checkAccountName(name: string): void {
  if (!isAccountName(name)) throw new UserError(notAnAccountName(name), { exitCode: EXIT.usage });
}

/** True for a valid account name. The name becomes part of paths. */
export function isAccountName(name: unknown): boolean {
  return typeof name === 'string' && ACCOUNT_NAME.test(name);
}

const ACCOUNTS = 'accounts';
const STORE = '.db';
const LOGIN = '.credentials.json';

/** The paths in a home; does not create or open anything. */
export function placesOf(path: string): HomePlaces {
  const accounts = join(path, ACCOUNTS);
  const withEnding = (ending: string): string[] =>
    readdirSync(accounts)
      .filter((name) => name.endsWith(ending))
      .map((name) => name.slice(0, -ending.length))
      .filter(isAccountName)
      .toSorted();
  const fileOf = (account: string, ending: string): string => {
    checkAccountName(account);
    return join(accounts, account + ending);
  };
  return {
    path,
    workerLock: join(path, 'worker.lock'),
    workerFile: join(path, 'worker.json'),
    storeOf: (account) => fileOf(account, STORE),
    contentOf: (account) => fileOf(account, CONTENT + STORE),
    credentialsOf: (account) => fileOf(account, LOGIN),
    accounts: () => withEnding(STORE),
    logins: () => withEnding(LOGIN),
    known: () => [...new Set([...withEnding(STORE), ...withEnding(LOGIN)])].toSorted(),
  };
}

/** Two processes may start in a new home at the same time: the first link wins, and both read the same id. */
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
