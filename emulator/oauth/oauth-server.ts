import type { EmulatorOptions, OAuthClient } from '../options';
import { Authority, type Login } from './authority';
import { AuthorizationCodes } from './authorization-codes';
import { READY_SCOPES } from './scopes';
import { knowServiceAccount, type KnownServiceAccount } from './service-account';

/** What the OAuth 2 endpoints share. */
export interface OAuthServer {
  readonly authority: Authority;
  readonly codes: AuthorizationCodes;
  readonly clients: readonly OAuthClient[];
  readonly serviceAccounts: readonly KnownServiceAccount[];
  /** The e-mail address of each account. */
  readonly emails: readonly string[];
  readonly now: () => number;
}

const DEFAULT_CLIENTS: readonly OAuthClient[] = [
  { clientId: 'emulator-client', clientSecret: 'emulator-secret' },
];

/** Creates the OAuth 2 server for the accounts with these e-mail addresses. */
export function createOAuthServer(options: EmulatorOptions, emails: readonly string[]): OAuthServer {
  const { clients = DEFAULT_CLIENTS, serviceAccounts = [] } = options.oauth ?? {};
  const now = options.now ?? Date.now;
  return {
    authority: new Authority(readyLogins(options)),
    codes: new AuthorizationCodes(now),
    clients,
    serviceAccounts: serviceAccounts.map(knowServiceAccount),
    emails,
    now,
  };
}

function readyLogins({
  accessToken = 'emulator-token',
  others = [],
  scope = 'readonly',
}: EmulatorOptions): Login[] {
  const logins = [
    { accessToken, refreshToken: 'emulator-refresh' },
    ...others.map((other) => ({ accessToken: other.accessToken, refreshToken: other.refreshToken })),
  ];
  return logins.map((login, account) => ({
    ...login,
    account,
    scopes: [READY_SCOPES[scope]],
    clientId: undefined,
  }));
}
