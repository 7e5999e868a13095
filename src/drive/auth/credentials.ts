import { auth } from 'googleapis/build/src/apis/drive';
import { errorMessage, UserError } from '../../errors';
import { DEFAULT_LIMITS, type RequestLimits } from '../exchange';
import {
  readCredentialFile,
  type CredentialFile,
  type ServiceAccountKey,
  type UserLogin,
} from './credential-file';
import type { CredentialSource } from './credential-source';
import { boundedTransport } from './transport';
import { oauthUrls } from './oauth-urls';
import { READ_SCOPE } from './scopes';

type OAuth2Client = InstanceType<typeof auth.OAuth2>;
type GoogleAuth = InstanceType<typeof auth.GoogleAuth>;
type AuthClient = Awaited<ReturnType<GoogleAuth['getClient']>>;

/** Loaded credentials of one Google account. */
export interface Credentials {
  client: OAuth2Client | GoogleAuth;
  /** Forgets the access token, so that the next request fetches a new one; false if that is impossible. */
  renew(): boolean;
}

/** We do not know when a ready token expires; the client must not try to refresh it. */
const FAR_FUTURE_MS = 10 * 365 * 86_400_000;

/**
 * Loads credentials. `oauthRoot`: the root URL of the OAuth server if it is not Google's. `limits`: those of
 * requests to it.
 * @throws UserError if the file is missing, unreadable or of an unsupported type.
 */
export async function loadCredentials(
  source: CredentialSource,
  oauthRoot: string | undefined,
  limits: RequestLimits = DEFAULT_LIMITS,
): Promise<Credentials> {
  if (source.kind === 'token') {
    const client = new auth.OAuth2({ transporterOptions: boundedTransport(limits) });
    client.setCredentials({ access_token: source.token, expiry_date: Date.now() + FAR_FUTURE_MS });
    return { client, renew: () => false };
  }
  return await openCredentials(readCredentialFile(source.path), oauthRoot, limits);
}

/** Makes credentials from the content of a credentials file. */
export async function openCredentials(
  file: CredentialFile,
  oauthRoot: string | undefined,
  limits: RequestLimits = DEFAULT_LIMITS,
): Promise<Credentials> {
  switch (file.type) {
    case 'authorized_user':
      return renewable(userClient(file, oauthRoot, limits));
    case 'service_account':
      return renewable(serviceClient(file, oauthRoot, limits));
    case 'application_default':
      return await libraryCredentials({}, limits);
    case 'external':
      return await libraryCredentials({ credentials: file.json }, limits);
  }
}

function renewable(client: OAuth2Client): Credentials {
  return { client, renew: renewal(client) };
}

/** Resets a client to its state before it had an access token. */
function renewal(client: AuthClient): () => true {
  const initial = { ...client.credentials };
  return () => {
    // Some clients believe that a token without a date lasts for ever, even if there is no token.
    client.setCredentials({ ...initial, expiry_date: 1 });
    return true;
  };
}

/** A client for a person's login. */
function userClient(
  { clientId, clientSecret, refreshToken, tokenUri, quotaProject }: UserLogin,
  oauthRoot: string | undefined,
  limits: RequestLimits,
): OAuth2Client {
  const { tokenUrl } = oauthUrls(oauthRoot, { tokenUri });
  const client = new auth.OAuth2({
    clientId,
    clientSecret,
    endpoints: { oauth2TokenUrl: tokenUrl },
    transporterOptions: boundedTransport(limits),
  });
  client.setCredentials({ refresh_token: refreshToken });
  if (quotaProject !== undefined) client.quotaProjectId = quotaProject;
  return client;
}

/** A client for a service account, which may act for a user of its domain. */
function serviceClient(
  key: ServiceAccountKey,
  oauthRoot: string | undefined,
  limits: RequestLimits,
): OAuth2Client {
  const { email, privateKey, keyId, subject, scope, tokenUri } = key;
  const client = new auth.JWT({
    email,
    key: privateKey,
    scopes: [scope],
    transporterOptions: boundedTransport(limits),
    ...(keyId !== undefined && { keyId }),
    ...(subject !== undefined && { subject }),
  });
  const google = oauthUrls(undefined).tokenUrl;
  const { tokenUrl } = oauthUrls(oauthRoot, { tokenUri });
  // The library knows only Google's address.
  client.transporter.interceptors.request.add({
    resolved: (request) => {
      if (request.url.href === google) request.url = new URL(tokenUrl);
      return Promise.resolve(request);
    },
  });
  return client;
}

/** https://cloud.google.com/docs/authentication/application-default-credentials */
async function libraryCredentials(
  options: { credentials?: Readonly<Record<string, unknown>> },
  limits: RequestLimits,
): Promise<Credentials> {
  try {
    const transporterOptions = boundedTransport(limits);
    const clientOptions = { transporterOptions };
    const client = new auth.GoogleAuth({ ...options, scopes: [READ_SCOPE], clientOptions });
    const library = await client.getClient();
    Object.assign(tokenExchange(library)?.transporter.defaults ?? {}, transporterOptions);
    return { client, renew: renewal(library) };
  } catch (error) {
    throw new UserError(`this machine's default credentials cannot be used: ${errorMessage(error)}`, {
      hint: '`gcloud auth application-default login` makes some; with the --scopes that docs/start.md names',
      cause: error,
    });
  }
}

/** The client that exchanges another provider's token. It has its own transport, which no option reaches. */
function tokenExchange(client: AuthClient): { transporter: AuthClient['transporter'] } | undefined {
  return (client as { stsCredential?: { transporter: AuthClient['transporter'] } }).stsCredential;
}
