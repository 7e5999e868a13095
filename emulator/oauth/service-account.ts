import { createPublicKey, verify, type KeyObject } from 'node:crypto';
import type { ServiceAccount } from '../options';
import type { Grant } from './authority';
import { invalidGrant, Refusal } from './refusal';
import { isScope, splitScopes } from './scopes';

/** A service account with its parsed public key. */
export interface KnownServiceAccount {
  email: string;
  key: KeyObject;
  delegated: ReadonlySet<string>;
  scopes: ReadonlySet<string>;
}

/** What a valid assertion must match. */
export interface AssertionCheck {
  serviceAccounts: readonly KnownServiceAccount[];
  /** The URLs of the token endpoint. */
  audiences: readonly string[];
  /** The e-mail address of each account. */
  emails: readonly string[];
  /** In ms. */
  now: number;
}

interface Assertion {
  header: Record<string, unknown>;
  claims: Record<string, unknown>;
  /** The signed text. */
  signed: string;
  signature: Buffer;
}

const LONGEST_LIFE_S = 3600;
/** The allowed clock skew of a client. */
const SKEW_S = 300;

/**
 * Parses the public key of a service account.
 * @throws Error if the key is not in PEM.
 */
export function knowServiceAccount(account: ServiceAccount): KnownServiceAccount {
  const { email, publicKey, delegated = [], scopes = [] } = account;
  return {
    email,
    key: createPublicKey(publicKey),
    delegated: new Set(delegated),
    scopes: new Set(scopes),
  };
}

/**
 * Verifies the JWT assertion of a service account and returns its grant:
 * https://developers.google.com/identity/protocols/oauth2/service-account#authorizingrequests
 * @throws Refusal as in https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
 */
export function grantAssertion(jwt: string, check: AssertionCheck): Grant {
  const assertion = parseAssertion(jwt);
  const { claims } = assertion;
  const account = check.serviceAccounts.find(({ email }) => email === claims['iss']);
  if (account === undefined) throw invalidGrant('Invalid grant: account not found');
  if (!isSigned(assertion, account.key)) throw badSignature();
  if (!check.audiences.some((audience) => audience === claims['aud']))
    throw invalidGrant('Invalid JWT: Failed audience check.');
  if (!isTimely(claims, check.now / 1000)) throw untimely();
  const scopes = parseScopes(claims['scope']);
  const { sub } = claims;
  // At Google, a service account without `sub` has its own Drive; here it gets the first account's.
  const user = sub === undefined ? 0 : delegatedUser({ sub, scopes, account }, check.emails);
  return { account: user, scopes, clientId: account.email };
}

function parseAssertion(jwt: string): Assertion {
  const [header = '', claims = '', signature = '', ...rest] = jwt.split('.');
  if (rest.length > 0) throw badSignature();
  return {
    header: parseSegment(header),
    claims: parseSegment(claims),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  };
}

function parseSegment(segment: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(Buffer.from(segment, 'base64url').toString());
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch {
    // A segment that is not JSON fails like a bad signature.
  }
  throw badSignature();
}

function isSigned({ header, signed, signature }: Assertion, key: KeyObject): boolean {
  return header['alg'] === 'RS256' && verify('RSA-SHA256', Buffer.from(signed), key, signature);
}

function isTimely({ iat, exp }: Record<string, unknown>, now: number): boolean {
  if (typeof iat !== 'number' || typeof exp !== 'number') return false;
  return iat <= now + SKEW_S && iat < exp && exp - iat <= LONGEST_LIFE_S && now < exp;
}

function parseScopes(claim: unknown): string[] {
  const scopes = splitScopes(typeof claim === 'string' ? claim : '');
  if (scopes.length > 0 && scopes.every(isScope)) return scopes;
  throw new Refusal(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
}

interface Delegation {
  sub: unknown;
  scopes: readonly string[];
  account: KnownServiceAccount;
}

function delegatedUser({ sub, scopes, account }: Delegation, emails: readonly string[]): number {
  const user = emails.findIndex((email) => email === sub);
  const email = emails[user];
  if (email === undefined) throw invalidGrant('Invalid email or User ID');
  if (account.delegated.has(email) && scopes.every((scope) => account.scopes.has(scope))) return user;
  throw new Refusal(
    401,
    'unauthorized_client',
    'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
  );
}

function badSignature(): Refusal {
  return invalidGrant('Invalid JWT Signature.');
}

function untimely(): Refusal {
  return invalidGrant(
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. ' +
      'Check your iat and exp values in the JWT claim.',
  );
}
