import { toSyncFailure } from '../failure';
import type { CredentialFile } from './credential-file';
import { openCredentials, type Credentials } from './credentials';
import { keyError, tokenError } from './login-errors';

/**
 * Opens a login and mints an access token, to check that it works.
 * @throws UserError that explains the problem, otherwise a SyncFailure.
 */
export async function tryLogin(file: CredentialFile, oauthRoot: string | undefined): Promise<Credentials> {
  const credentials = await openCredentials(file, oauthRoot);
  try {
    await credentials.client.getAccessToken();
    return credentials;
  } catch (error) {
    const explained = file.type === 'service_account' ? keyError(error, file) : tokenError(error);
    throw explained ?? toSyncFailure(error);
  }
}
