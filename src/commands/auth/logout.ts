import { existsSync, rmSync } from 'node:fs';
import { commandFor } from '../../command-line';
import { EXIT, UserError } from '../../errors';
import type { Context } from '../shared/context';
import { notRevoked, revokeStored } from './revoke';

/**
 * Deletes the account's login and revokes it at Google; the copy is kept.
 * @throws UserError if there is no login, or if Google cannot be reached to revoke it.
 */
export async function runAuthLogout({ config, home, json, out }: Context): Promise<number> {
  const { account } = config;
  const path = home.credentialsOf(account);
  if (!existsSync(path))
    throw new UserError(`no login is stored for account "${account}"`, {
      hint: 'credentials that an environment variable names stay where they are',
    });
  const revoked = await revokeStored(path, config.oauthUrl);
  rmSync(path);
  if (json) out(JSON.stringify({ account, revoked }));
  else
    out(
      `logged out (account "${account}"); the copy is kept, and ${commandFor(account, 'auth login')} continues it`,
    );
  if (revoked !== false) return EXIT.ok;
  throw notRevoked();
}
