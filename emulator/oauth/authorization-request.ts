import { createHash } from 'node:crypto';
import type { OAuthClient } from '../options';
import { invalidRequest, missingParameter, Refusal } from './refusal';
import { isScope, splitScopes } from './scopes';

/** A PKCE code challenge: https://www.rfc-editor.org/rfc/rfc7636 */
export interface Challenge {
  method: 'S256' | 'plain';
  value: string;
}

/** The request of an app for consent. */
export interface AuthorizationRequest {
  client: OAuthClient;
  redirectUri: string;
  scopes: readonly string[];
  /** Undefined if the app sent no state. */
  state: string | undefined;
  challenge: Challenge | undefined;
  offline: boolean;
  prompted: boolean;
}

const CHALLENGE = /^[\w.~-]{43,128}$/;
const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '[::1]', 'localhost']);

/**
 * Parses the parameters of the consent page:
 * https://developers.google.com/identity/protocols/oauth2/native-app#step-2:-send-a-request-to-googles-oauth-2.0-server
 * @throws Refusal, which the page must show: the redirect URI cannot be trusted.
 */
export function parseAuthorizationRequest(
  params: URLSearchParams,
  clients: readonly OAuthClient[],
): AuthorizationRequest {
  const client = findClient(params, clients);
  const redirectUri = parseRedirectUri(params);
  checkResponseType(params);
  return {
    client,
    redirectUri,
    scopes: parseScopes(params),
    state: params.get('state') ?? undefined,
    challenge: parseChallenge(params),
    offline: params.get('access_type') === 'offline',
    prompted: splitScopes(params.get('prompt') ?? '').includes('consent'),
  };
}

/** True if the code verifier matches the challenge. */
export function meetsChallenge({ method, value }: Challenge, verifier: string): boolean {
  return (
    value === (method === 'plain' ? verifier : createHash('sha256').update(verifier).digest('base64url'))
  );
}

function findClient(params: URLSearchParams, clients: readonly OAuthClient[]): OAuthClient {
  const id = required(params, 'client_id');
  const client = clients.find(({ clientId }) => clientId === id);
  if (client === undefined) throw new Refusal(401, 'invalid_client', 'The OAuth client was not found.');
  return client;
}

function parseRedirectUri(params: URLSearchParams): string {
  const uri = required(params, 'redirect_uri');
  if (!isLoopback(uri)) {
    const message = `The redirect URI in the request, ${uri}, is not a loopback address, the only kind that a desktop app may use.`;
    throw new Refusal(400, 'redirect_uri_mismatch', message);
  }
  return uri;
}

function isLoopback(uri: string): boolean {
  if (!URL.canParse(uri)) return false;
  const { protocol, hostname, username, password } = new URL(uri);
  return protocol === 'http:' && LOOPBACK.has(hostname) && username + password === '' && !uri.includes('#');
}

function checkResponseType(params: URLSearchParams): void {
  const type = params.get('response_type') ?? '';
  if (type === '') throw invalidRequest('Required parameter is missing: response_type');
  if (type !== 'code') {
    throw new Refusal(400, 'unsupported_response_type', `Invalid response_type: ${type}`);
  }
}

function parseScopes(params: URLSearchParams): string[] {
  const scopes = splitScopes(required(params, 'scope'));
  if (scopes.length === 0) throw missingParameter('scope');
  if (scopes.every(isScope)) return scopes;
  const valid = scopes.filter(isScope).join(', ');
  const invalid = scopes.filter((scope) => !isScope(scope)).join(', ');
  const lists = `${valid === '' ? '' : `valid=[${valid}], `}invalid=[${invalid}]`;
  throw new Refusal(400, 'invalid_scope', `Some requested scopes were invalid. {${lists}}`);
}

function parseChallenge(params: URLSearchParams): Challenge | undefined {
  const value = params.get('code_challenge');
  const method = params.get('code_challenge_method');
  if (value === null && method === null) return undefined;
  if (value === null) throw missingParameter('code_challenge');
  // Without a method, the challenge equals the verifier.
  if (method !== null && method !== 'S256' && method !== 'plain') {
    throw invalidRequest(`Invalid parameter value for code_challenge_method: ${method}`);
  }
  if (!CHALLENGE.test(value)) throw invalidRequest(`Invalid parameter value for code_challenge: ${value}`);
  return { method: method ?? 'plain', value };
}

function required(params: URLSearchParams, name: string): string {
  const value = params.get(name) ?? '';
  if (value === '') throw missingParameter(name);
  return value;
}
