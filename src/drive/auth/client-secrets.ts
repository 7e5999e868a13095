import { UserError } from '../../errors';
import { SecretFile } from './secret-file';

/** An OAuth client of the user's own Google project. */
export interface OAuthClient {
  clientId: string;
  clientSecret: string;
  authUri?: string | undefined;
  tokenUri?: string | undefined;
}

const WHAT = 'client secrets file';
const HINT =
  'create an OAuth client of type "Desktop app" and download its JSON file: https://console.cloud.google.com/auth/clients (docs/start.md says how)';

/**
 * Reads the JSON file of an OAuth client that the Google Cloud console creates.
 * https://developers.google.com/identity/protocols/oauth2/native-app#creatingcred
 * @throws UserError if the file is not an OAuth client of type Desktop app.
 */
export function readClientSecrets(path: string): OAuthClient {
  const file = SecretFile.read(path, WHAT, HINT);
  const { installed, web } = file.json;
  if (file.text('type') === 'service_account')
    throw new UserError(`${path} is the key of a service account, not of an OAuth client`, {
      hint: `give it as \`gdrive-sync auth login --service-account ${path}\``,
    });
  if (installed === undefined && web !== undefined)
    throw new UserError(`${path} belongs to an OAuth client for web servers`, { hint: HINT });
  const client = file.part('installed') ?? file;
  return {
    clientId: client.required('client_id', HINT),
    clientSecret: client.required('client_secret', HINT),
    authUri: client.address('auth_uri'),
    tokenUri: client.address('token_uri'),
  };
}
