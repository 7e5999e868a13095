import { existsSync, statSync } from 'node:fs';
import type { Config } from '../config';
import { commandFor } from '../command-line';
import { LoginError } from '../errors';
import { type Home, type HomePlaces } from './home';
import type { CredentialSource } from '../drive/auth/credential-source';

/**
 * Where an account's credentials come from. Credentials in environment variables count for the selected
 * account only; every other account has its own file.
 * @throws LoginError if there are none.
 */
export function credentialSource(config: Config, home: HomePlaces, account: string): CredentialSource {
  const own = home.credentialsOf(account);
  if (account === config.account && config.accessToken !== undefined)
    return { kind: 'token', token: config.accessToken };
  if (existsSync(own)) return { kind: 'file', path: own };
  if (account === config.account && config.applicationCredentials !== undefined) {
    return { kind: 'file', path: config.applicationCredentials };
  }
  throw new LoginError(`there are no credentials for account "${account}"`, {
    hint: loginHint(home, account),
  });
}

/** For an unknown account, also names the known ones: the name may be mistyped. */
function loginHint(home: HomePlaces, account: string): string {
  const logIn = `log in with ${commandFor(account, 'auth login')}`;
  const known = knownAccounts(home);
  return known.length === 0 || known.includes(account)
    ? `${logIn}, or try \`gdrive-sync demo\`, which needs no credentials`
    : `${logIn}, or choose another account: ${known.join(', ')}`;
}

/** None if the home does not exist or cannot be read, which another message says. */
function knownAccounts(home: HomePlaces): string[] {
  try {
    return home.known();
  } catch {
    return [];
  }
}

/**
 * Checks that the selected account exists: one that has neither a store nor credentials is probably mistyped.
 * @throws LoginError if it does not.
 */
export function checkAccountExists(config: Config, home: HomePlaces): void {
  if (!home.accounts().includes(config.account)) credentialSource(config, home, config.account);
}

/** True if there are credentials for an account; nobody checks whether they work. */
export function hasCredentials(config: Config, home: HomePlaces, account: string): boolean {
  try {
    credentialSource(config, home, account);
    return true;
  } catch {
    return false;
  }
}

/** A value that changes when somebody logs in again while this process runs. */
export function credentialVersion(config: Config, home: Home, account: string): string | undefined {
  try {
    const source = credentialSource(config, home, account);
    if (source.kind === 'token') return 'token';
    const { mtimeMs, ino } = statSync(source.path);
    return `${source.path} ${String(ino)} ${String(mtimeMs)}`;
  } catch {
    // Loading the credentials reports what is wrong with them.
    return undefined;
  }
}
