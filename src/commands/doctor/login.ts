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

/** Where an account's credentials are to be looked for. */
export interface LoginPlace {
  config: Config;
  home: HomePlaces;
  account: string;
}

/** Where an account's credentials come from, and whether they can be read by their owner only. */
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
      `${path} can be used by others (mode ${mode.toString(8)})`,
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

/** What an account's login is good for, as Drive itself says. */
export async function askLogin(
  { config, home, account }: LoginPlace,
  signal: AbortSignal,
): Promise<Finding[]> {
  try {
    const check = await checkLogin(config, home, account, signal);
    return [
      checkIdentity({ config, home, account }, check),
      ok('files', 'their metadata may be read'),
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
  if (bound === undefined || bound.permissionId === user.permissionId) return ok('login', `is of ${who}`);
  return broken(
    'login',
    `is of ${who}, and the store of account "${account}" holds the files of ${bound.emailAddress ?? 'another one'}`,
    'log in as that one with `gdrive-sync auth login`, or choose another --account',
  );
}

/** A store that cannot be read has a line of its own. */
function readBound(home: HomePlaces, account: string): ReturnType<typeof boundIdentity> {
  try {
    return readStore(home, account, boundIdentity);
  } catch {
    return undefined;
  }
}

function checkDrives({ sharedDrives }: LoginCheck): Finding {
  if (sharedDrives === 'listed') return ok('shared drives', 'may be listed');
  if (sharedDrives.kind !== 'scope-insufficient')
    return driveTrouble(sharedDrives) ?? fromError('shared drives', sharedDrives);
  return warning(
    'shared drives',
    `cannot be listed: ${sharedDrives.message}; they are found by their files`,
    'log in with `gdrive-sync auth login --shared-drives`',
  );
}

/** Who is to blame for a request that failed: the connection, Drive, or the login. */
function toFinding(error: unknown): Finding {
  const failure = error instanceof UserError ? error.cause : error;
  const trouble = failure instanceof SyncFailure ? driveTrouble(failure) : undefined;
  if (trouble !== undefined) return { ...trouble, says: errorMessage(error) };
  return fromError('credentials', error);
}
