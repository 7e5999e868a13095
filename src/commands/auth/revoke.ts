import { UserError } from '../../errors';

/**
 * Revokes a stored login at Google; returns whether that worked, or undefined if there is nothing to revoke.
 */
export async function revokeStored(
  path: string,
  oauthRoot: string | undefined,
): Promise<boolean | undefined> {
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

/** The error for a login that was deleted on this machine only. */
export function notRevoked(): UserError {
  return new UserError('the login was deleted here, but it could not be revoked at Google', {
    hint: 'revoke it at https://myaccount.google.com/connections',
  });
}
