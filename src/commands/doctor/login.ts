import { statSync } from 'node:fs';
import { credentialSource } from '../../process/credentials';
import type { Config } from '../../config';
import { readCredentialFile, type CredentialFile } from '../../drive/auth/credential-file';
import { errorMessage, UserError } from '../../errors';
import type { HomePlaces } from '../../process/home';
import { SyncFailure } from '../../model/failure';
import { boundIdentity } from '../../queries/jobs/store-facts';
import { readStore } from '../../process/stores';
import { checkLogin, type LoginCheck } from '../auth/login-check';
import { driveTrouble } from './drive';
import { broken, fromError, ok, quoted, warning, type Finding } from './finding';

/** Where to look for an account's credentials. */
export interface LoginPlace {
  config: Config;
  home: HomePlaces;
  account: string;
}

/** Checks where an account's credentials come from, and whether only their owner can read them. */
export function checkCredentials({ config, home, account }: LoginPlace): Finding[] {
  try {
    const source = credentialSource(config, home, account);
    if (source.kind === 'token') return [ok('credentials', 'an access token in GDRIVE_SYNC_ACCESS_TOKEN')];
    return [...checkSecrecy(source.path), checkFile(source.path)];
  } catch (error) {
    return [fromError('credentials', error)];
  }
}

function checkSecrecy(path: string): Finding[] {
  const mode = (statSync(path, { throwIfNoEntry: false })?.mode ?? 0) & 0o777;
  if ((mode & 0o077) === 0) return [];
  return [
    warning(
      'credentials',
      `other users can access ${path} (mode ${mode.toString(8)})`,
      `chmod 600 ${quoted(path)}`,
    ),
  ];
}

function checkFile(path: string): Finding {
  try {
    return ok('credentials', `${path}: ${kindOf(readCredentialFile(path))}`);
  } catch (error) {
    return fromError('credentials', error);
  }
}

function kindOf(file: CredentialFile): string {
  switch (file.type) {
    case 'authorized_user':
      return "a person's login";
    case 'service_account':
      return `the key of ${file.email}${file.subject === undefined ? '' : `, which acts for ${file.subject}`}`;
    case 'application_default':
      return "this machine's application default credentials";
    case 'external':
      return `credentials of type ${String(file.json['type'])}`;
  }
}

/** Checks with Drive what an account's login can do. */
export async function askLogin(
  { config, home, account }: LoginPlace,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const check = await checkLogin(config, home, account, signal);
    return [
      checkIdentity({ config, home, account }, check),
      ok('files', 'the login can read their metadata'),
      checkDrives(check),
    ];
  } catch (error) {
    signal.throwIfAborted();
    return [toFinding(error)];
  }
}

function checkIdentity({ home, account }: LoginPlace, { user }: LoginCheck): Finding {
  const who = user.emailAddress ?? user.permissionId;
  const bound = readBound(home, account);
  if (bound === undefined || bound.permissionId === user.permissionId)
    return ok('login', `belongs to ${who}`);
  return broken(
    'login',
    `belongs to ${who}, but the store of account "${account}" holds the files of ${bound.emailAddress ?? 'another Google account'}`,
    'log in with that Google account (`gdrive-sync auth login`), or choose another --account',
  );
}

/** Undefined if the store cannot be read, which has a line of its own. */
function readBound(home: HomePlaces, account: string): ReturnType<typeof boundIdentity> {
  try {
    return readStore(home, account, boundIdentity);
  } catch {
    return undefined;
  }
}

function checkDrives({ sharedDrives }: LoginCheck): Finding {
  if (sharedDrives === 'listed') return ok('shared drives', 'the login can list them');
  if (sharedDrives.kind !== 'scope-insufficient')
    return driveTrouble(sharedDrives) ?? fromError('shared drives', sharedDrives);
  return ok(
    'shared drives',
    'this login reads metadata only: a shared drive is found through its files; `gdrive-sync auth login --shared-drives` lists all',
  );
}

/** Finds out what made a request fail: the connection, Drive or the login. */
function toFinding(error: unknown): Finding {
  const failure = error instanceof UserError ? error.cause : error;
  const trouble = failure instanceof SyncFailure ? driveTrouble(failure) : undefined;
  if (trouble !== undefined) return { ...trouble, says: errorMessage(error) };
  return fromError('credentials', error);
}
