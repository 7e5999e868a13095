import type { OAuthClient } from '../options';
import type { Grant } from './authority';
import type { Consent } from './authorization-codes';
import { meetsChallenge } from './authorization-request';
import type { OAuthServer } from './oauth-server';
import { invalidGrant, invalidRequest, missingParameter, Refusal } from './refusal';
import { grantAssertion } from './service-account';

/** The body of a successful response of the token endpoint. */
export interface TokenResponse {
  access_token: string;
  expires_in: number;
  refresh_token?: string;
  scope: string;
  token_type: 'Bearer';
}

/** Google's access tokens are valid for an hour; the response says one second less. */
const EXPIRES_IN_S = 3599;
const ASSERTION_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const GOOGLE_TOKEN_URL = 'https://oauth2.googleapis.com/token';

/**
 * Handles a request to the token endpoint at `tokenUrl`.
 * @throws Refusal
 */
export function exchange(oauth: OAuthServer, form: URLSearchParams, tokenUrl: string): TokenResponse {
  const grantType = form.get('grant_type');
  if (grantType === null) throw invalidRequest('Required parameter is missing: grant_type');
  if (grantType === ASSERTION_GRANT) return exchangeAssertion(oauth, form, tokenUrl);
  const client = authenticate(oauth, form);
  if (grantType === 'authorization_code') return exchangeCode(oauth, form, client);
  if (grantType === 'refresh_token') return refresh(oauth, form, client);
  throw new Refusal(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
}

function authenticate({ clients }: OAuthServer, form: URLSearchParams): OAuthClient {
  const client = clients.find(({ clientId }) => clientId === form.get('client_id'));
  if (client === undefined) throw new Refusal(401, 'invalid_client', 'The OAuth client was not found.');
  if (form.get('client_secret') !== client.clientSecret) {
    throw new Refusal(401, 'invalid_client', 'The provided client secret is invalid.');
  }
  return client;
}

function exchangeAssertion(oauth: OAuthServer, form: URLSearchParams, tokenUrl: string): TokenResponse {
  const { serviceAccounts, emails, now } = oauth;
  const audiences = [tokenUrl, GOOGLE_TOKEN_URL];
  const check = { serviceAccounts, emails, audiences, now: now() };
  return mint(oauth, grantAssertion(form.get('assertion') ?? '', check));
}

function refresh(oauth: OAuthServer, form: URLSearchParams, client: OAuthClient): TokenResponse {
  const grant = oauth.authority.findLogin(form.get('refresh_token') ?? '');
  if (grant === undefined) throw invalidGrant('Bad Request');
  if (grant === 'revoked') throw invalidGrant('Token has been expired or revoked.');
  if (grant.clientId !== undefined) checkOwner(grant.clientId, client);
  return mint(oauth, grant);
}

function exchangeCode(oauth: OAuthServer, form: URLSearchParams, client: OAuthClient): TokenResponse {
  const code = form.get('code') ?? '';
  if (code === '') throw missingParameter('code');
  const consent = oauth.codes.find(code);
  if (consent === undefined) throw invalidGrant('Malformed auth code.');
  if (consent === 'spent') throw invalidGrant('Bad Request');
  checkOwner(consent.clientId, client);
  if (form.get('redirect_uri') !== consent.redirectUri) {
    throw new Refusal(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  checkVerifier(consent, form.get('code_verifier') ?? '');
  oauth.codes.spend(code);
  return redeem(oauth, consent);
}

/** @throws Refusal if another client owns the grant. */
function checkOwner(owner: string, { clientId }: OAuthClient): void {
  if (owner !== clientId) throw new Refusal(401, 'unauthorized_client', 'Unauthorized');
}

function checkVerifier({ challenge }: Consent, verifier: string): void {
  if (challenge === undefined) {
    if (verifier !== '') throw invalidGrant('code_verifier or verifier is not needed.');
    return;
  }
  if (verifier === '') throw invalidGrant('Missing code verifier.');
  if (!meetsChallenge(challenge, verifier)) throw invalidGrant('Invalid code verifier.');
}

/** A client that has a refresh token gets another one only with `prompt=consent`. */
function redeem(oauth: OAuthServer, consent: Consent): TokenResponse {
  const { authority } = oauth;
  const { account, scopes, clientId, offline, prompted } = consent;
  const grant = { account, scopes, clientId };
  const lasts = offline && (prompted || !authority.hasLogin(clientId, account));
  return {
    ...mint(oauth, grant),
    ...(lasts && { refresh_token: authority.mintRefreshToken(grant) }),
  };
}

function mint({ authority }: OAuthServer, grant: Grant): TokenResponse {
  return {
    access_token: authority.mintAccessToken(grant),
    expires_in: EXPIRES_IN_S,
    scope: grant.scopes.join(' '),
    token_type: 'Bearer',
  };
}
