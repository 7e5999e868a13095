import { UserError } from '../../errors';
import { classify } from '../failure';
import { isObject } from '../wire/json';
import type { ServiceAccountKey } from './credential-file';

interface ErrorText {
  says: string;
  hint: string;
}

const AGAIN = 'run `gdrive-sync auth login` again';
const CLIENT_HINT =
  'download the JSON file of your OAuth client again (type "Desktop app") and give it with --client-secrets';

/**
 * Errors in the browser's answer, or from the token endpoint.
 * https://developers.google.com/identity/protocols/oauth2/native-app#authorization-errors
 */
const LOGIN_ERRORS: ReadonlyMap<string, ErrorText> = new Map(
  Object.entries({
    access_denied: {
      says: 'access was not allowed in the browser',
      hint: `${AGAIN}, tick the box for Google Drive if there is one, and choose "Allow"`,
    },
    admin_policy_enforced: {
      says: "the domain's administrators do not allow this app",
      hint: 'ask an administrator to trust the OAuth client',
    },
    org_internal: {
      says: 'the OAuth client is for accounts of its own organization only',
      hint: 'log in with an account of that organization, or make a client of your own',
    },
    disallowed_useragent: {
      says: 'Google does not accept this browser',
      hint: 'open the address in another one',
    },
    invalid_client: { says: 'Google does not know this OAuth client, or its secret', hint: CLIENT_HINT },
    deleted_client: { says: 'this OAuth client was deleted', hint: CLIENT_HINT },
    redirect_uri_mismatch: {
      says: 'this OAuth client is not one for installed apps',
      hint: 'make one of type "Desktop app" and give its JSON file with --client-secrets',
    },
    invalid_scope: { says: 'Google does not accept the scope that was asked for', hint: AGAIN },
    invalid_grant: {
      says: 'Google does not accept the answer of the browser: it was used before, or is too old',
      hint: AGAIN,
    },
  }),
);

/**
 * Errors of a service account's key, by Google's descriptions.
 * https://developers.google.com/identity/protocols/oauth2/service-account#error-codes
 */
const KEY_ERRORS: readonly (ErrorText & { words: RegExp })[] = [
  {
    words: /signature/i,
    says: 'Google does not accept the key of this service account: it was deleted, or is not its own',
    hint: 'make a new JSON key for the service account in the Google Cloud console',
  },
  {
    words: /account not found/i,
    says: 'Google does not know this service account: it was deleted or disabled',
    hint: 'look it up in the Google Cloud console, and make a new key',
  },
  {
    words: /short-lived|timeframe|iat|exp\b/i,
    says: "Google does not accept the key at this machine's time",
    hint: 'set the clock right: `gdrive-sync doctor` says how far it is off',
  },
  {
    words: /email|user id|subject/i,
    says: 'the user that --subject names does not exist in the domain',
    hint: 'give the primary e-mail address of a user of the domain',
  },
];

/** Explains an error in the browser's answer. `code`: the parameter `error` of the address. */
export function browserError(code: string): UserError {
  const { says, hint } = LOGIN_ERRORS.get(code) ?? {
    says: `Google did not let the login through (${/^\w{1,60}$/.test(code) ? code : 'unknown error'})`,
    hint: AGAIN,
  };
  return new UserError(says, { hint });
}

/** Explains an error of the token endpoint for a login in the browser; undefined if it is another error. */
export function tokenError(error: unknown): UserError | undefined {
  const { kind, reason } = classify(error);
  if (kind === 'network')
    return new UserError("Google's login server cannot be reached", {
      hint: 'check the connection and any proxy, then run `gdrive-sync auth login` again',
      cause: error,
    });
  const known = LOGIN_ERRORS.get(reason ?? '');
  return known && new UserError(known.says, { hint: known.hint, cause: error });
}

/**
 * Explains an error of the token endpoint for the key of a service account; undefined if it is another error.
 */
export function keyError(
  error: unknown,
  { clientId, scope, subject }: ServiceAccountKey,
): UserError | undefined {
  const { reason } = classify(error);
  if (reason === 'unauthorized_client' || reason === 'access_denied')
    return new UserError(`the service account may not act for ${subject ?? 'users of the domain'}`, {
      hint: `an administrator grants it in the Admin console under Security > API controls > Domain-wide delegation: client ID ${clientId ?? 'of the service account'}, scope ${scope}`,
      cause: error,
    });
  const words = descriptionOf(error);
  const known = reason === 'invalid_grant' ? KEY_ERRORS.find((each) => each.words.test(words)) : undefined;
  return known ? new UserError(known.says, { hint: known.hint, cause: error }) : tokenError(error);
}

function descriptionOf(error: unknown): string {
  const response = isObject(error) ? error['response'] : undefined;
  const data = isObject(response) ? response['data'] : undefined;
  const description = isObject(data) ? data['error_description'] : undefined;
  return typeof description === 'string' ? description : '';
}
