import { randomBytes } from 'node:crypto';
import { ApiError } from './api-error';
import { jsonAnswer, type Answer } from './answer';

const CLIENT_ID = 'emulator-client';
const CLIENT_SECRET = 'emulator-secret';
const SCOPE = 'https://www.googleapis.com/auth/drive.readonly';
/** Google's access tokens live for an hour and are said to live a second less. */
const EXPIRES_IN_S = 3599;

/** How somebody gets at an account. */
export interface Login {
  accessToken: string;
  refreshToken: string | undefined;
}

/** Google's side of OAuth 2: https://developers.google.com/identity/protocols/oauth2/native-app */
export class Authority {
  /** The account of each good access token. */
  readonly #accepted: Map<string, number>;
  /** The account of each login. */
  readonly #logins: ReadonlyMap<string, number>;
  #revoked = false;

  constructor(accounts: readonly Login[]) {
    this.#accepted = new Map(accounts.map(({ accessToken }, account) => [accessToken, account]));
    const logins = accounts.map(({ refreshToken }, account) => [refreshToken, account] as const);
    this.#logins = new Map(
      logins.flatMap(([token, account]) => (token === undefined ? [] : [[token, account]])),
    );
  }

  /** Ends all access until the user consents again. */
  revoke(): void {
    this.#revoked = true;
    this.#accepted.clear();
  }

  expireAccessTokens(): void {
    this.#accepted.clear();
  }

  /**
   * Finds the account of a request.
   * @throws ApiError 403 for a request without a bearer token, 401 for one with a token that is not good.
   */
  account(authorization: string | undefined): number {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw anonymous();
    const account = this.#accepted.get(token);
    if (account === undefined) throw unauthenticated();
    return account;
  }

  /** Answers a request to the token endpoint; its errors are not in Drive's envelope. */
  token(form: URLSearchParams): Answer {
    const grant = form.get('grant_type');
    if (grant === null) return refusal(400, 'invalid_request', 'Required parameter is missing: grant_type');
    if (form.get('client_id') !== CLIENT_ID)
      return refusal(401, 'invalid_client', 'The OAuth client was not found.');
    if (form.get('client_secret') !== CLIENT_SECRET) {
      return refusal(401, 'invalid_client', 'The provided client secret is invalid.');
    }
    if (grant !== 'refresh_token')
      return refusal(400, 'unsupported_grant_type', `Invalid grant_type: ${grant}`);
    const account = this.#logins.get(form.get('refresh_token') ?? '');
    if (account === undefined) return refusal(400, 'invalid_grant', 'Bad Request');
    if (this.#revoked) return refusal(400, 'invalid_grant', 'Token has been expired or revoked.');
    return this.#mint(account);
  }

  #mint(account: number): Answer {
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    this.#accepted.set(token, account);
    return jsonAnswer(200, {
      access_token: token,
      expires_in: EXPIRES_IN_S,
      scope: SCOPE,
      token_type: 'Bearer',
    });
  }
}

function refusal(status: number, error: string, description: string): Answer {
  return jsonAnswer(status, { error, error_description: description });
}

function anonymous(): ApiError {
  const message =
    "Method doesn't allow unregistered callers (callers without established identity). " +
    'Please use API Key or other form of API consumer identity to call this API.';
  return new ApiError(403, { reason: 'forbidden', message, status: 'PERMISSION_DENIED' });
}

function unauthenticated(): ApiError {
  return new ApiError(401, {
    reason: 'authError',
    message: 'Invalid Credentials',
    location: 'Authorization',
    locationType: 'header',
    status: 'UNAUTHENTICATED',
    summary:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid ' +
      'authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.',
  });
}
