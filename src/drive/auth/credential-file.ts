import { createPrivateKey, randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { errorMessage, UserError } from '../../errors';
import { makeFolder } from '../../make-folder';
import { READ_SCOPE } from './scopes';
import { SecretFile } from './secret-file';

/** A person's login through an OAuth client. */
export interface UserLogin {
  type: 'authorized_user';
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  /** Set for an OAuth server other than Google's. */
  tokenUri?: string | undefined;
  authUri?: string | undefined;
  /** The granted scopes, if they are known. */
  scope?: string | undefined;
  quotaProject?: string | undefined;
}

/** The key of a service account, and the user for whom it acts. */
export interface ServiceAccountKey {
  type: 'service_account';
  email: string;
  privateKey: string;
  keyId?: string | undefined;
  clientId?: string | undefined;
  subject?: string | undefined;
  scope: string;
  tokenUri?: string | undefined;
}

/**
 * The content of a credentials file. `application_default`: use this machine's default credentials.
 * `external`: a type that Google's library reads itself.
 */
export type CredentialFile =
  | UserLogin
  | ServiceAccountKey
  | { type: 'application_default' }
  | { type: 'external'; json: Readonly<Record<string, unknown>> };

const WHAT = 'credentials file';
const HINT = 'run `gdrive-sync auth login`, or point GOOGLE_APPLICATION_CREDENTIALS at a credentials file';
const EXTERNAL: ReadonlySet<string | undefined> = new Set([
  'external_account',
  'external_account_authorized_user',
  'impersonated_service_account',
]);

/**
 * Reads a credentials file: our own, or one that Google's tools wrote.
 * @throws UserError if it is missing, unreadable or of a type that opens no Drive.
 */
export function readCredentialFile(path: string): CredentialFile {
  return toCredentials(SecretFile.read(path, WHAT, HINT));
}

function toCredentials(file: SecretFile): CredentialFile {
  const { path } = file;
  const type = file.text('type');
  if (type === 'authorized_user') return toUserLogin(file);
  if (type === 'service_account') return toServiceAccountKey(file);
  if (type === 'application_default') return { type };
  if (EXTERNAL.has(type)) return { type: 'external', json: file.json };
  if (file.part('installed') !== undefined || file.part('web') !== undefined)
    throw new UserError(`${path} describes an OAuth client, and is no login`, {
      hint: `log in with it: \`gdrive-sync auth login --client-secrets ${path}\``,
    });
  throw new UserError(
    `the credentials file ${path} is of type ${JSON.stringify(file.json['type'] ?? null)}`,
    {
      hint: 'what opens a Drive is "authorized_user" (a login) or "service_account" (a key)',
    },
  );
}

function toUserLogin(file: SecretFile): UserLogin {
  const hint = 'log in again to replace it: `gdrive-sync auth login`';
  return {
    type: 'authorized_user',
    clientId: file.required('client_id', hint),
    clientSecret: file.required('client_secret', hint),
    refreshToken: file.required('refresh_token', hint),
    tokenUri: file.address('token_uri'),
    authUri: file.address('auth_uri'),
    scope: file.text('scope'),
    quotaProject: file.text('quota_project_id'),
  };
}

function toServiceAccountKey(file: SecretFile): ServiceAccountKey {
  const hint = 'make a new JSON key for the service account in the Google Cloud console';
  return {
    type: 'service_account',
    email: file.required('client_email', hint),
    privateKey: privateKeyOf(file, hint),
    keyId: file.text('private_key_id'),
    clientId: file.text('client_id'),
    subject: file.text('subject'),
    scope: file.text('scope') ?? READ_SCOPE,
    tokenUri: file.address('token_uri'),
  };
}

function privateKeyOf(file: SecretFile, hint: string): string {
  const key = file.required('private_key', hint);
  try {
    createPrivateKey(key);
    return key;
  } catch {
    throw new UserError(`the private key in ${file.path} cannot be read`, { hint });
  }
}

/** The JSON of a credentials file, as Google's tools and `readCredentialFile` read it. */
function toJson(file: CredentialFile): Readonly<Record<string, unknown>> {
  const { type } = file;
  switch (type) {
    case 'authorized_user':
      return {
        type,
        client_id: file.clientId,
        client_secret: file.clientSecret,
        refresh_token: file.refreshToken,
        token_uri: file.tokenUri,
        auth_uri: file.authUri,
        quota_project_id: file.quotaProject,
        scope: file.scope,
      };
    case 'service_account':
      return {
        type,
        client_email: file.email,
        client_id: file.clientId,
        private_key: file.privateKey,
        private_key_id: file.keyId,
        token_uri: file.tokenUri,
        subject: file.subject,
        scope: file.scope,
      };
    case 'application_default':
      return { type };
    case 'external':
      return file.json;
  }
}

/**
 * Writes a credentials file atomically, mode 0600.
 * @throws UserError if it cannot be written.
 */
export function writeCredentialFile(path: string, credentials: CredentialFile): void {
  const draft = `${path}.${randomBytes(4).toString('hex')}`;
  try {
    makeFolder(dirname(path), 0o700);
    const file = openSync(draft, 'wx', 0o600);
    try {
      writeSync(file, `${JSON.stringify(toJson(credentials), undefined, 2)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw new UserError(`the credentials cannot be written to ${path}: ${errorMessage(error)}`, {
      hint: 'check that there is space and that you may write there, or choose another --home',
      cause: error,
    });
  }
}
