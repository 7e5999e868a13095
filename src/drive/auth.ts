import { readFileSync } from 'node:fs';
import { auth } from 'googleapis/build/src/apis/drive';
import { errorCode, errorMessage, UserError } from '../errors';
import type { CredentialSource } from './credential-source';

/** Loaded credentials of one Google account. */
export interface Credentials {
  client: InstanceType<typeof auth.OAuth2>;
  /** Forgets the access token, so that the next request fetches a new one; false if there is no way to get one. */
  renew(): boolean;
}

/** A ready token's life is not known; the client must not think that it has to be refreshed. */
const FAR_FUTURE_MS = 10 * 365 * 86_400_000;

/**
 * Loads credentials. Refresh requests go to `tokenUrl`, or to Google.
 * @throws UserError where the file is missing, unreadable or of a kind that is not supported.
 */
export function loadCredentials(source: CredentialSource, tokenUrl: string | undefined): Credentials {
  if (source.kind === 'token') {
    const client = new auth.OAuth2();
    client.setCredentials({ access_token: source.token, expiry_date: Date.now() + FAR_FUTURE_MS });
    return { client, renew: () => false };
  }
  const { clientId, clientSecret, refreshToken } = readAuthorizedUser(source.path);
  const client = new auth.OAuth2({
    clientId,
    clientSecret,
    ...(tokenUrl !== undefined && { endpoints: { oauth2TokenUrl: tokenUrl } }),
  });
  client.setCredentials({ refresh_token: refreshToken });
  return {
    client,
    renew() {
      client.setCredentials({ refresh_token: refreshToken });
      return true;
    },
  };
}

interface AuthorizedUser {
  clientId: string;
  clientSecret: string;
  refreshToken: string;
}

function readAuthorizedUser(path: string): AuthorizedUser {
  const json = readJson(path);
  if (json['type'] !== 'authorized_user') {
    throw new UserError(`the credentials file ${path} is of type ${JSON.stringify(json['type'] ?? null)}`, {
      hint: 'only files of type "authorized_user" are supported, as `gcloud auth application-default login` writes them',
    });
  }
  const required = (name: string): string => {
    const value = json[name];
    if (typeof value === 'string' && value !== '') return value;
    throw new UserError(`the credentials file ${path} has no ${name}`, {
      hint: 'log in again to write it anew',
    });
  };
  return {
    clientId: required('client_id'),
    clientSecret: required('client_secret'),
    refreshToken: required('refresh_token'),
  };
}

function readJson(path: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (error) {
    // A parser's message would quote the file, and the file holds secrets.
    if (error instanceof SyntaxError || errorCode(error) === undefined)
      throw unreadable(path, 'it is not JSON');
    throw unreadable(path, errorMessage(error));
  }
  throw unreadable(path, 'it is not a JSON object');
}

function unreadable(path: string, why: string): UserError {
  return new UserError(`the credentials file ${path} cannot be read: ${why}`, {
    hint: 'point GOOGLE_APPLICATION_CREDENTIALS at a credentials file, or set GDRIVE_SYNC_ACCESS_TOKEN',
  });
}
