import { randomBytes } from 'node:crypto';
import { auth } from 'googleapis/build/src/apis/drive';
import { UserError } from '../../errors';
import { classify, toSyncFailure } from '../failure';
import type { OAuthClient } from './client-secrets';
import { readPaste, readVisit, type LoginAnswer } from './login-answer';
import { browserError, tokenError } from './login-errors';
import { oauthUrls } from './oauth-urls';
import { allowsMetadata } from './scopes';
import { boundedTransport } from './transport';

/** What a person has granted. */
export interface Grant {
  refreshToken: string;
  /** Granted scopes, separated by spaces. */
  scope: string;
  /** When Google ends the login, in ms since 1970; undefined if it does not expire. */
  endsAt: number | undefined;
}

/** A login that waits for the browser. */
export interface PendingLogin {
  /** The page on which the person allows it. */
  address: string;
  /** Reads the address that a browser was sent to; undefined unless it is the answer to this login. */
  readVisit(address: string): LoginAnswer | undefined;
  /** Reads what a person pasted: the answer, one to another login, or none (undefined). */
  readPaste(text: string): LoginAnswer | 'other-login' | undefined;
  /**
   * Exchanges the answer for a lasting login.
   * @throws UserError if access was denied or Google refuses the code, otherwise a SyncFailure.
   */
  finish(answer: LoginAnswer): Promise<Grant>;
}

/**
 * Begins a login of an installed app: authorization code with PKCE (RFC 7636) and a random `state`.
 * https://developers.google.com/identity/protocols/oauth2/native-app
 */
export async function beginLogin(
  { clientId, clientSecret, authUri, tokenUri }: OAuthClient,
  { scope, redirectUri, oauthRoot }: { scope: string; redirectUri: string; oauthRoot: string | undefined },
): Promise<PendingLogin> {
  const { authUrl, tokenUrl } = oauthUrls(oauthRoot, { authUri, tokenUri });
  const endpoints = { oauth2AuthBaseUrl: authUrl, oauth2TokenUrl: tokenUrl };
  const transporterOptions = boundedTransport();
  const client = new auth.OAuth2({ clientId, clientSecret, redirectUri, endpoints, transporterOptions });
  const { codeVerifier, codeChallenge = '' } = await client.generateCodeVerifierAsync();
  const state = randomBytes(16).toString('base64url');
  const url = client.generateAuthUrl({
    // Without `prompt`, only the very first login would return a refresh token.
    access_type: 'offline',
    prompt: 'consent',
    scope,
    state,
    code_challenge: codeChallenge,
  });
  // `googleapis` does not export the library's enum of methods.
  const address = `${url}&code_challenge_method=S256`;
  return {
    address,
    readVisit: (visited) => readVisit(visited, state),
    readPaste: (text) => readPaste(text, state),
    async finish(answer) {
      if ('error' in answer) throw browserError(answer.error);
      const { code } = answer;
      const request = { code, codeVerifier, redirect_uri: redirectUri };
      const { tokens } = await client.getToken(request).catch((error: unknown) => {
        throw tokenError(error) ?? toSyncFailure(error);
      });
      return toGrant(tokens);
    },
  };
}

/** True if `finish` failed because Google refused the code: another code may still be accepted. */
export function isRefusedCode(error: unknown): boolean {
  return error instanceof UserError && classify(error.cause).reason === 'invalid_grant';
}

/** https://developers.google.com/identity/protocols/oauth2/native-app#exchange-authorization-code */
interface TokenAnswer {
  refresh_token?: string | null;
  scope?: string | undefined;
  refresh_token_expires_in?: unknown;
}

function toGrant(tokens: TokenAnswer): Grant {
  const { refresh_token: refreshToken, scope, refresh_token_expires_in: expiresIn } = tokens;
  if (scope !== undefined && !allowsMetadata(scope))
    throw new UserError('the box for Google Drive was not ticked in the browser, so nothing can be read', {
      hint: 'run `gdrive-sync auth login` again and leave it ticked',
    });
  if (refreshToken == null || refreshToken === '')
    throw new UserError('Google gave no lasting login', {
      hint: 'remove the app at https://myaccount.google.com/connections, then run `gdrive-sync auth login` again',
    });
  const endsAt = typeof expiresIn === 'number' ? Date.now() + expiresIn * 1000 : undefined;
  return { refreshToken, scope: scope ?? '', endsAt };
}

/**
 * Revokes a login; true if it is revoked, or was before.
 * https://developers.google.com/identity/protocols/oauth2/native-app#tokenrevoke
 */
export async function revokeLogin(
  { refreshToken, tokenUri }: { refreshToken: string; tokenUri?: string | undefined },
  oauthRoot: string | undefined,
): Promise<boolean> {
  const { revokeUrl } = oauthUrls(oauthRoot, { tokenUri });
  const client = new auth.OAuth2({
    endpoints: { oauth2RevokeUrl: revokeUrl },
    transporterOptions: boundedTransport(),
  });
  try {
    await client.revokeToken(refreshToken);
    return true;
  } catch (error) {
    // Google's answer if the login was revoked before.
    return classify(error).reason === 'invalid_token';
  }
}
