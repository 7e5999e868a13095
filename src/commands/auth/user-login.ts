import { existsSync } from 'node:fs';
import type { OAuthClient } from '../../drive/auth/client-secrets';
import type { CredentialFile } from '../../drive/auth/credential-file';
import type { PendingLogin } from '../../drive/auth/login';
import { commandFor } from '../../command-line';
import { EXIT, UserError } from '../../errors';
import { chooseScope } from './ask-scope';
import { awaitAnswer } from './browser-answer';
import type { LoginOptions } from './login-options';
import { openBrowser } from './browser';
import type { Context } from '../shared/context';

const DEFAULT_TIMEOUT_MS = 300_000;
const ANY_PORT = 0;

/** A login that is not stored yet. `endsAt`: when it expires, in ms since 1970; undefined if it does not. */
export interface NewLogin {
  login: CredentialFile;
  endsAt?: number | undefined;
}

/**
 * Logs a person in through the browser with their own OAuth client.
 * @throws UserError if that does not work; nothing has changed then.
 */
export async function userLogin(context: Context, options: LoginOptions): Promise<NewLogin> {
  const client = await findClient(context, options.clientSecrets);
  const { port = ANY_PORT, timeout: timeoutMs = DEFAULT_TIMEOUT_MS } = options;
  const sharedDrives = options.content === true ? true : options.sharedDrives;
  const scope = await chooseScope(context, { sharedDrives, former: await formerScope(context) });
  const { listenForRedirect } = await import('../../drive/auth/redirect-listener.js');
  const { beginLogin } = await import('../../drive/auth/login.js');
  const listener = await listenForRedirect(port);
  try {
    const { redirectUri } = listener;
    const { oauthUrl: oauthRoot } = context.config;
    const pending = await beginLogin(client, { scope, redirectUri, oauthRoot });
    // Listens before the browser opens: it may answer before we know that it has opened.
    const visit = listener.visit((address) => pending.readVisit(address));
    const hasOpened = await sendToBrowser(context, pending, options.browser !== false);
    const grant = await awaitAnswer(context, { pending, visit, timeoutMs, hasOpened });
    const { clientId, clientSecret, authUri, tokenUri } = client;
    const { refreshToken, scope: granted, endsAt } = grant;
    return {
      login: {
        type: 'authorized_user',
        clientId,
        clientSecret,
        refreshToken,
        authUri,
        tokenUri,
        scope: granted,
      },
      endsAt,
    };
  } finally {
    listener.close();
  }
}

/** https://developers.google.com/workspace/drive/api/quickstart/nodejs#set-up-environment */
const CLIENT_STEPS = [
  'Create an OAuth client. It is free and takes about five minutes:',
  '1. Create a project:      https://console.cloud.google.com/projectcreate',
  '2. Enable the Drive API:',
  '   https://console.cloud.google.com/apis/library/drive.googleapis.com',
  '3. Press "Get started":   https://console.cloud.google.com/auth/overview',
  '   Audience: "Internal" in an organization. Otherwise "External"; then press',
  '   "Publish app" under "Audience", or each login expires after 7 days.',
  '4. Under "Clients", create a client of type "Desktop app"',
  '   and download its JSON file: https://console.cloud.google.com/auth/clients',
];

/** The scope of the account's stored login; undefined without one, or if it cannot be read. */
async function formerScope(context: Context): Promise<string | undefined> {
  try {
    return (await storedUserLogin(context))?.scope;
  } catch {
    return undefined;
  }
}

/**
 * The account's stored login of a person, if there is one.
 * @throws UserError if the file cannot be read.
 */
async function storedUserLogin({ config, home }: Context) {
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  const path = home.credentialsOf(config.account);
  const login = existsSync(path) ? readCredentialFile(path) : undefined;
  return login?.type === 'authorized_user' ? login : undefined;
}

/** Reuses the client of the last login unless another one is given. */
async function findClient(context: Context, path: string | undefined): Promise<OAuthClient> {
  const { readClientSecrets } = await import('../../drive/auth/client-secrets.js');
  if (path !== undefined) return readClientSecrets(path);
  const login = await storedUserLogin(context);
  if (login !== undefined) return login;
  const { ask, config } = context;
  CLIENT_STEPS.forEach(ask);
  throw new UserError('the first login needs an OAuth client of your own', {
    hint: `give its JSON file: ${commandFor(config.account, 'auth login --client-secrets <file>')}`,
    exitCode: EXIT.usage,
  });
}

/** Opens the address in a browser if `open`, and prints it in any case; returns true if it was opened. */
async function sendToBrowser(
  { ask, config }: Context,
  { address }: PendingLogin,
  open: boolean,
): Promise<boolean> {
  const hasOpened = open && (await openBrowser(address, config.env));
  if (hasOpened)
    ask('Allow access on the Google page in your browser. If no page has opened, open this address:');
  else ask('Open this address in a browser and allow access there:');
  ask('');
  ask(address);
  ask('');
  ask('If the browser then ends on a page that does not load, paste the address of');
  ask('that page here and press Enter.');
  return hasOpened;
}
