import { classify, toSyncFailure } from '../../../src/drive/failure';
import { FAILURES, waitsForLogin, type FailureKind } from '../../../src/model/failure';
import { oauthError } from '../../support/drive-errors';

/** https://developers.google.com/identity/protocols/oauth2/service-account#error-codes */
const TOKEN_ERRORS: { status: number; word: string; description: string; kind: FailureKind }[] = [
  {
    status: 400,
    word: 'invalid_grant',
    description:
      'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
    kind: 'clock-wrong',
  },
  { status: 400, word: 'invalid_grant', description: 'Invalid email or User ID', kind: 'subject-unknown' },
  {
    status: 400,
    word: 'invalid_grant',
    description: 'Not a valid email or user ID.',
    kind: 'subject-unknown',
  },
  {
    status: 400,
    word: 'invalid_grant',
    description: 'Invalid grant: account not found',
    kind: 'key-refused',
  },
  { status: 400, word: 'invalid_grant', description: 'Invalid JWT Signature.', kind: 'key-refused' },
  { status: 400, word: 'invalid_grant', description: 'Bad Request', kind: 'needs-login' },
  { status: 400, word: 'invalid_grant', description: 'Account has been deleted', kind: 'needs-login' },
  {
    status: 401,
    word: 'unauthorized_client',
    description:
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    kind: 'not-delegated',
  },
  { status: 401, word: 'unauthorized_client', description: 'Unauthorized', kind: 'client-refused' },
  {
    status: 403,
    word: 'access_denied',
    description: 'Requested client not authorized.',
    kind: 'not-delegated',
  },
  { status: 403, word: 'access_denied', description: 'Access denied', kind: 'domain-policy' },
  { status: 400, word: 'admin_policy_enforced', description: '', kind: 'domain-policy' },
  { status: 403, word: 'org_internal', description: '', kind: 'domain-policy' },
  { status: 401, word: 'invalid_client', description: 'Unauthorized', kind: 'client-refused' },
  {
    status: 401,
    word: 'deleted_client',
    description: 'The OAuth client was deleted.',
    kind: 'client-refused',
  },
  {
    status: 401,
    word: 'disabled_client',
    description: 'The OAuth client was disabled.',
    kind: 'client-refused',
  },
  { status: 403, word: 'rate_limit_exceeded', description: '', kind: 'rate-limited' },
];

test.each(TOKEN_ERRORS)('$status $word ($description) means $kind', ({ status, word, description, kind }) => {
  expect(classify(oauthError(status, word, { error_description: description })).kind).toBe(kind);
});

test.each(['invalid_rapt', 'something_new'])('a login that ended because of %s says so', (subtype) => {
  const failure = toSyncFailure(oauthError(400, 'invalid_grant', { error_subtype: subtype }));
  expect(failure).toMatchObject({
    kind: 'needs-login',
    message: expect.stringContaining(subtype) as string,
  });
});

test.each(TOKEN_ERRORS)('$word ($description) says what to do, without what Google quotes', (given) => {
  const description = `${given.description} me@example.com ya29.secret`;
  const failure = toSyncFailure(oauthError(given.status, given.word, { error_description: description }));
  expect(failure.message).toContain(given.word);
  expect(failure.message).not.toMatch(/example\.com|ya29/);
});

test.each<{ kind: FailureKind; words: RegExp }>([
  { kind: 'clock-wrong', words: /set the clock/ },
  { kind: 'subject-unknown', words: /--subject/ },
  { kind: 'key-refused', words: /new JSON key/ },
  { kind: 'not-delegated', words: /Admin console.*auth\/drive\.readonly/ },
  { kind: 'client-refused', words: /enable it in the Google Cloud console/ },
  { kind: 'domain-policy', words: /administrator/ },
])('what to do about $kind is said', ({ kind, words }) => {
  expect(FAILURES[kind].hint).toMatch(words);
  expect(FAILURES[kind].says).not.toMatch(/revoked|expired/);
});

test('what waits for a login is what a login can mend', () => {
  const waiting = (Object.keys(FAILURES) as FailureKind[]).filter((kind) => FAILURES[kind].retry === 'park');
  expect(waiting.filter((kind) => !waitsForLogin(kind))).toEqual(['needs-confirmation']);
  expect(waitsForLogin('paused')).toBe(false);
  expect(waitsForLogin(undefined)).toBe(false);
});
