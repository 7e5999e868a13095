import { existsSync, rmSync } from 'node:fs';
import { EXIT, UserError } from '../../errors';
import type { Context } from '../shared/context';

/**
 * Forgets the account's login, here and at Google; the copy stays.
 * @throws UserError if there is no login, or if Google cannot be told to revoke it.
 */
export async function runAuthLogout({ config, home, json, out }: Context): Promise<number> {
  const { account } = config;
  const path = home.credentialsOf(account);
  if (!existsSync(path))
    throw new UserError(`account "${account}" has no login that is stored here`, {
      hint: 'credentials of the environment are not ours to forget',
    });
  const revoked = await revoke(path, config.oauthUrl);
  rmSync(path);
  if (json) out(JSON.stringify({ account, revoked }));
  else out(`logged out (account "${account}"); the copy stays, \`gdrive-sync auth login\` takes it up again`);
  if (revoked !== false) return EXIT.ok;
  throw new UserError('Google could not be told: the login is forgotten here only', {
    hint: 'end it at https://myaccount.google.com/connections',
  });
}

/** Undefined: there is nothing that could be revoked. */
async function revoke(path: string, oauthRoot: string | undefined): Promise<boolean | undefined> {
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  try {
    const login = readCredentialFile(path);
    if (login.type !== 'authorized_user') return undefined;
    const { revokeLogin } = await import('../../drive/auth/login.js');
    return await revokeLogin(login, oauthRoot);
  } catch (error) {
    // A damaged file holds nothing that could be revoked.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
