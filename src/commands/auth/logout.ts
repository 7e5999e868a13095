import { existsSync, rmSync } from 'node:fs';
import { commandFor } from '../../command-line';
import { EXIT, UserError } from '../../errors';
import type { Context } from '../shared/context';

/**
 * Deletes the account's login and revokes it at Google; the copy is kept.
 * @throws UserError if there is no login, or if Google cannot be reached to revoke it.
 */
export async function runAuthLogout({ config, home, json, out }: Context): Promise<number> {
  const { account } = config;
  const path = home.credentialsOf(account);
  if (!existsSync(path))
    throw new UserError(`no login is stored for account "${account}"`, {
      hint: 'credentials from environment variables cannot be logged out',
    });
  const revoked = await revoke(path, config.oauthUrl);
  rmSync(path);
  if (json) out(JSON.stringify({ account, revoked }));
  else
    out(
      `logged out (account "${account}"); the copy is kept, and ${commandFor(account, 'auth login')} continues it`,
    );
  if (revoked !== false) return EXIT.ok;
  throw new UserError('the login was deleted here, but it could not be revoked at Google', {
    hint: 'revoke it at https://myaccount.google.com/connections',
  });
}

/** Undefined if there is nothing to revoke. */
async function revoke(path: string, oauthRoot: string | undefined): Promise<boolean | undefined> {
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  try {
    const login = readCredentialFile(path);
    if (login.type !== 'authorized_user') return undefined;
    const { revokeLogin } = await import('../../drive/auth/login.js');
    return await revokeLogin(login, oauthRoot);
  } catch (error) {
    // A damaged file holds nothing to revoke.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
