import type { CredentialFile } from '../../drive/auth/credential-file';
import { METADATA_SCOPE, READ_SCOPE } from '../../drive/auth/scopes';
import { UserError } from '../../errors';
import type { LoginOptions } from './login-options';

/**
 * Makes a login from the key of a service account.
 * @throws UserError if the file is not the key of a service account.
 */
export async function keyLogin(
  path: string,
  { subject, sharedDrives }: LoginOptions,
): Promise<CredentialFile> {
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  const key = readCredentialFile(path);
  if (key.type !== 'service_account')
    throw new UserError(`${path} is not the key of a service account`, {
      hint: 'create a JSON key for the service account in the Google Cloud console',
    });
  return { ...key, subject, scope: sharedDrives === false ? METADATA_SCOPE : READ_SCOPE };
}
