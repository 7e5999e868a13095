import { jsonAnswer, pageAnswer, redirectAnswer, type Answer } from '../http/answer';
import { parseAuthorizationRequest, type AuthorizationRequest } from './authorization-request';
import { renderConsentPage, renderErrorPage } from './consent-page';
import type { OAuthServer } from './oauth-server';
import { missingParameter, Refusal } from './refusal';
import { exchange } from './token-grants';

/** A request to the OAuth server. */
export interface OAuthRequest {
  /** The full URL of the request. */
  url: URL;
  form: URLSearchParams;
}

/** An endpoint of the OAuth server and its path. */
export interface OAuthEndpoint {
  /** The method name in request counts. */
  method: string;
  verb: string;
  path: string;
  answer: (oauth: OAuthServer, request: OAuthRequest) => Answer;
}

/** The path of the consent page, without the leading slash. */
export const AUTH_PATH = 'o/oauth2/v2/auth';

const AUTH = { method: 'oauth2.auth', path: `/${AUTH_PATH}` };

const ENDPOINTS: readonly OAuthEndpoint[] = [
  { ...AUTH, verb: 'GET', answer: forPeople(askConsent) },
  { ...AUTH, verb: 'POST', answer: forPeople(takeConsent) },
  { method: 'oauth2.token', verb: 'POST', path: '/token', answer: forPrograms(issueTokens) },
  { method: 'oauth2.revoke', verb: 'POST', path: '/revoke', answer: forPrograms(revokeToken) },
];

/** The method names of the OAuth server. */
export const OAUTH_METHODS: readonly string[] = [...new Set(ENDPOINTS.map(({ method }) => method))];

/** Finds the OAuth endpoint of a request. */
export function findOAuthEndpoint(verb: string, path: string): OAuthEndpoint | undefined {
  return ENDPOINTS.find((endpoint) => endpoint.verb === verb && endpoint.path === path);
}

function forPeople(answer: OAuthEndpoint['answer']): OAuthEndpoint['answer'] {
  return guarded(answer, (refusal) => pageAnswer(refusal.status, renderErrorPage(refusal)));
}

function forPrograms(
  answer: (oauth: OAuthServer, request: OAuthRequest) => unknown,
): OAuthEndpoint['answer'] {
  return guarded(
    (oauth, request) => jsonAnswer(200, answer(oauth, request)),
    // OAuth errors do not have Drive's envelope.
    ({ status, code, message }) => jsonAnswer(status, { error: code, error_description: message }),
  );
}

function guarded(
  answer: OAuthEndpoint['answer'],
  refuse: (refusal: Refusal) => Answer,
): OAuthEndpoint['answer'] {
  return (oauth, request) => {
    try {
      return answer(oauth, request);
    } catch (error) {
      if (error instanceof Refusal) return refuse(error);
      throw error;
    }
  };
}

function askConsent({ clients, emails }: OAuthServer, { url }: OAuthRequest): Answer {
  const request = parseAuthorizationRequest(url.searchParams, clients);
  return pageAnswer(200, renderConsentPage({ request, emails, action: url.pathname + url.search }));
}

function takeConsent({ clients, emails, codes }: OAuthServer, { url, form }: OAuthRequest): Answer {
  const request = parseAuthorizationRequest(url.searchParams, clients);
  const decision = form.get('decision');
  if (decision !== 'allow' && decision !== 'deny') throw missingParameter('decision');
  const granted = request.scopes.filter((scope) => form.getAll('granted').includes(scope));
  if (decision === 'deny' || granted.length === 0) return redirect(request, { error: 'access_denied' });
  const account = emails.indexOf(form.get('account') ?? '');
  if (account === -1) throw missingParameter('account');
  const { client, redirectUri, challenge, offline, prompted } = request;
  const consent = {
    clientId: client.clientId,
    redirectUri,
    account,
    scopes: granted,
    challenge,
    offline,
    prompted,
  };
  return redirect(request, { code: codes.issue(consent), scope: granted.join(' ') });
}

function redirect(
  { redirectUri, state }: AuthorizationRequest,
  result: Readonly<Record<string, string>>,
): Answer {
  const url = new URL(redirectUri);
  if (state !== undefined) url.searchParams.append('state', state);
  for (const [name, value] of Object.entries(result)) url.searchParams.append(name, value);
  return redirectAnswer(url.href);
}

function issueTokens(oauth: OAuthServer, { url, form }: OAuthRequest): unknown {
  return exchange(oauth, form, url.origin + url.pathname);
}

function revokeToken({ authority }: OAuthServer, { url, form }: OAuthRequest): unknown {
  const token = form.get('token') ?? url.searchParams.get('token') ?? '';
  if (authority.revokeToken(token)) return {};
  throw new Refusal(400, 'invalid_token', 'Token expired or revoked');
}
