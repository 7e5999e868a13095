import { randomBytes } from 'node:crypto';
import { ApiError } from '../http/api-error';

/** Access that a user granted to a client. */
export interface Grant {
  readonly account: number;
  readonly scopes: readonly string[];
  /** The client of the refresh token; undefined if any client may use it. */
  readonly clientId: string | undefined;
}

/** A grant with tokens that are valid from the start. */
export interface Login extends Grant {
  readonly accessToken: string;
  readonly refreshToken: string | undefined;
}

/**
 * The access tokens and refresh tokens of the OAuth 2 server:
 * https://developers.google.com/identity/protocols/oauth2/native-app
 */
export class Authority {
  /** The grant of each valid access token. */
  readonly #access: Map<string, Grant>;
  /** The grant of each valid refresh token. */
  readonly #refresh: Map<string, Grant>;
  /** Refresh tokens that are no longer valid. */
  readonly #revoked = new Set<string>();

  constructor(logins: readonly Login[]) {
    this.#access = new Map(logins.map((login) => [login.accessToken, login]));
    this.#refresh = new Map(
      logins.flatMap((login) => (login.refreshToken === undefined ? [] : [[login.refreshToken, login]])),
    );
  }

  /**
   * Authorizes a request.
   * @throws ApiError 403 for a request without a bearer token, 401 for an invalid token.
   */
  admit(authorization: string | undefined): Grant {
    const token = /^Bearer (.+)$/i.exec(authorization ?? '')?.[1];
    if (token === undefined) throw anonymous();
    const grant = this.#access.get(token);
    if (grant === undefined) throw unauthenticated();
    return grant;
  }

  mintAccessToken(grant: Grant): string {
    const token = `ya29.${randomBytes(24).toString('base64url')}`;
    this.#access.set(token, grant);
    return token;
  }

  mintRefreshToken(grant: Grant): string {
    const token = `1//0${randomBytes(32).toString('base64url')}`;
    this.#refresh.set(token, grant);
    return token;
  }

  /**
   * The grant of a refresh token; `revoked` if the token is no longer valid, undefined if it was never
   * issued.
   */
  findLogin(refreshToken: string): Grant | 'revoked' | undefined {
    return this.#refresh.get(refreshToken) ?? (this.#revoked.has(refreshToken) ? 'revoked' : undefined);
  }

  /** True if the client has a valid refresh token for the account. */
  hasLogin(clientId: string, account: number): boolean {
    return [...this.#refresh.values()].some(
      (grant) => grant.clientId === clientId && grant.account === account,
    );
  }

  /** Revokes the grant of an access token or a refresh token; returns false for an invalid token. */
  revokeToken(token: string): boolean {
    const grant = this.#refresh.get(token) ?? this.#access.get(token);
    if (grant === undefined) return false;
    this.#end((other) => other === grant);
    return true;
  }

  /** Revokes all grants. */
  revokeAll(): void {
    this.#end(() => true);
  }

  expireAccessTokens(): void {
    this.#access.clear();
  }

  #end(ends: (grant: Grant) => boolean): void {
    for (const [token, grant] of this.#access) if (ends(grant)) this.#access.delete(token);
    for (const [token, grant] of this.#refresh) {
      if (!ends(grant)) continue;
      this.#refresh.delete(token);
      this.#revoked.add(token);
    }
  }
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
