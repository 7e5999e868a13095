import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import type { OAuthClient } from '../../drive/auth/client-secrets';
import type { CredentialFile } from '../../drive/auth/credential-file';
import type { PendingLogin } from '../../drive/auth/login';
import { METADATA_SCOPE, READ_SCOPE } from '../../drive/auth/scopes';
import { EXIT, UserError } from '../../errors';
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
  const scope = (await wantsSharedDrives(context, options.sharedDrives)) ? READ_SCOPE : METADATA_SCOPE;
  const { listenForRedirect } = await import('../../drive/auth/redirect-listener.js');
  const { beginLogin } = await import('../../drive/auth/login.js');
  const listener = await listenForRedirect(port);
  try {
    const { redirectUri } = listener;
    const { oauthUrl: oauthRoot } = context.config;
    const pending = await beginLogin(client, { scope, redirectUri, oauthRoot });
    // Listens before the browser opens: it may answer before we know that it has opened.
    const visit = listener.visit((address) => pending.readVisit(address));
    await sendToBrowser(context, pending, options.browser !== false);
    const grant = await awaitAnswer(context, { pending, visit, timeoutMs });
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

/** Reuses the client of the last login unless another one is given. */
async function findClient({ config, home }: Context, path: string | undefined): Promise<OAuthClient> {
  const { readClientSecrets } = await import('../../drive/auth/client-secrets.js');
  if (path !== undefined) return readClientSecrets(path);
  const { readCredentialFile } = await import('../../drive/auth/credential-file.js');
  const known = home.credentialsOf(config.account);
  const login = existsSync(known) ? readCredentialFile(known) : undefined;
  if (login?.type === 'authorized_user') return login;
  throw new UserError('the first login needs an OAuth client of your own', {
    hint: 'create one in the Google Cloud console (see the README), then run `gdrive-sync auth login --client-secrets client.json`',
    exitCode: EXIT.usage,
  });
}

async function wantsSharedDrives(context: Context, said: boolean | undefined): Promise<boolean> {
  if (said !== undefined) return said;
  const { tell, ask, signal, streams } = context;
  if (streams.stdin.isTTY !== true) {
    tell(
      'This login requests access to metadata only. Without --shared-drives, shared drives are found only through their files.',
    );
    return false;
  }
  ask('Listing all your shared drives needs permission to read file content (drive.readonly), although');
  ask('gdrive-sync never reads content. Without it, a shared drive is found only through its files.');
  const prompt = createInterface({ input: streams.stdin, output: streams.stderr });
  try {
    const answer = await prompt.question('List all shared drives? [Y/n] ', { signal });
    return !/^n/i.test(answer.trim());
  } finally {
    prompt.close();
  }
}

async function sendToBrowser(
  { ask, config }: Context,
  { address }: PendingLogin,
  open: boolean,
): Promise<void> {
  if (open && (await openBrowser(address, config.env)))
    ask('Allow access on the Google page in your browser. If no page has opened, open this address:');
  else ask('Open this address in a browser and allow access there:');
  ask('');
  ask(address);
  ask('');
  ask(
    'If the browser then ends on a page that does not load, paste the address of that page here and press Enter.',
  );
}
