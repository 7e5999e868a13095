import type { FailureKind } from '../model/failure';

/** An error of a token endpoint: https://www.rfc-editor.org/rfc/rfc6749#section-5.2 */
export interface TokenError {
  error: string;
  /** Google's more specific code, such as `invalid_rapt` for the session control of a domain. */
  subtype: string | undefined;
  description: string;
}

/** Codes whose meaning does not depend on the description. */
const BY_WORD: ReadonlyMap<string, FailureKind> = new Map(
  Object.entries({
    invalid_client: 'client-refused',
    deleted_client: 'client-refused',
    disabled_client: 'client-refused',
    admin_policy_enforced: 'domain-policy',
    org_internal: 'domain-policy',
    invalid_scope: 'needs-login',
    rate_limit_exceeded: 'rate-limited',
    slow_down: 'rate-limited',
  }),
);

/** Only the description says what is wrong with the assertion of a service account. */
const INVALID_GRANT: readonly (readonly [RegExp, FailureKind])[] = [
  [/short-lived|timeframe|\biat\b|\bexp\b/i, 'clock-wrong'],
  [/signature|account not found|\bkey\b|service account/i, 'key-refused'],
  [/e-?mail|user id|subject/i, 'subject-unknown'],
];

/** Google's description if the domain's administrators have not delegated the scopes to a service account. */
const DELEGATION = /using this method|scopes? requested|client not authorized/i;

/**
 * The failure kind of an error of the token endpoint; undefined if the error is unknown.
 * https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
 */
export function tokenFailure({ error, description }: TokenError): FailureKind | undefined {
  switch (error) {
    case 'invalid_grant':
      return INVALID_GRANT.find(([words]) => words.test(description))?.[1] ?? 'needs-login';
    case 'unauthorized_client':
      return DELEGATION.test(description) ? 'not-delegated' : 'client-refused';
    case 'access_denied':
      return DELEGATION.test(description) ? 'not-delegated' : 'domain-policy';
    default:
      return BY_WORD.get(error);
  }
}
