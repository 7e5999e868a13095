import { toSyncFailure } from '../failure';
import type { CredentialFile } from './credential-file';
import { openCredentials, type Credentials } from './credentials';
import { keyError, tokenError } from './login-errors';

/**
 * Opens a login and has it mint an access token, to see that it is good.
 * @throws UserError that says what is wrong with it, else a SyncFailure.
 */
export async function tryLogin(file: CredentialFile, oauthRoot: string | undefined): Promise<Credentials> {
  const credentials = await openCredentials(file, oauthRoot);
  try {
    await credentials.client.getAccessToken();
    return credentials;
  } catch (error) {
    const said = file.type === 'service_account' ? keyError(error, file) : tokenError(error);
    throw said ?? toSyncFailure(error);
  }
}
