import { classify, parseRetryAfter, toSyncFailure, type Classified } from '../../../src/drive/failure';
import { FAILURES, retryDelayMs, SyncFailure, type FailureKind } from '../../../src/model/failure';
import {
  abortedError,
  asArrayBuffer,
  driveBody,
  driveError,
  httpError,
  fileError,
  networkError,
  oauthError,
} from '../../support/drive-errors';

const HTML =
  '<!DOCTYPE html><html><title>Error 502 (Server Error)!!1</title>That’s an error. ya29.secret</html>';

interface Case {
  name: string;
  error: unknown;
  kind: Classified['kind'];
}

function byReason(status: number, kind: Classified['kind'], reasons: readonly string[]): Case[] {
  return reasons.map((reason) => ({
    name: `${String(status)} ${reason}`,
    error: driveError(status, reason),
    kind,
  }));
}

/** Bodies that are not Google's. */
const OF_NOBODY: { what: string; data: unknown }[] = [
  { what: 'HTML', data: HTML },
  { what: 'nothing', data: '' },
  { what: 'no body', data: undefined },
  { what: 'JSON of a gateway', data: { message: 'Forbidden' } },
  { what: "a gateway's own error", data: { error: { message: 'Forbidden' } } },
  { what: 'a list', data: [] },
];

const CERTIFICATES = [
  { code: 'SELF_SIGNED_CERT_IN_CHAIN', says: 'unknown authority' },
  { code: 'DEPTH_ZERO_SELF_SIGNED_CERT', says: 'self-signed' },
  { code: 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', says: 'issuer is unknown' },
  { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', says: 'issuer is unknown' },
  { code: 'CERT_HAS_EXPIRED', says: 'expired' },
  { code: 'CERT_NOT_YET_VALID', says: 'not valid yet' },
  { code: 'ERR_TLS_CERT_ALTNAME_INVALID', says: 'another host' },
  { code: 'ERR_SSL_CERTIFICATE_VERIFY_FAILED', says: 'rejected' },
  { code: 'ERR_SSL_EE_KEY_TOO_SMALL', says: 'too weak' },
  { code: 'PATH_LENGTH_EXCEEDED', says: 'chain is too long' },
];

const CASES: Case[] = [
  ...byReason(400, 'bad-request', ['badRequest', 'invalid', 'invalidParameter', 'required']),
  {
    name: '400 invalid at pageToken',
    error: driveError(400, 'invalid', { location: 'pageToken' }),
    kind: 'page-token-rejected',
  },
  { name: '400 invalid at q', error: driveError(400, 'invalid', { location: 'q' }), kind: 'bad-request' },
  ...byReason(401, 'auth-expired', ['authError', 'required']),
  ...byReason(403, 'rate-limited', [
    'rateLimitExceeded',
    'userRateLimitExceeded',
    'sharingRateLimitExceeded',
    'rateLimitExceededUnreg',
    'userRateLimitExceededUnreg',
    'limitExceeded',
    'variableTermLimitExceeded',
  ]),
  {
    name: '403 of the domain usageLimits with a reason unknown to us',
    error: driveError(403, 'newLimitExceeded', { domain: 'usageLimits' }),
    kind: 'rate-limited',
  },
  ...(
    [
      ['dailyLimitExceeded', 'quota-daily'],
      ['variableTermExpiredDailyExceeded', 'quota-daily'],
      ['accessNotConfigured', 'api-disabled'],
      ['concurrentLimitExceeded', 'transient'],
      ['ipRefererBlocked', 'bad-request'],
    ] as const
  ).map(([reason, kind]) => ({
    name: `403 ${reason} of the domain usageLimits`,
    error: driveError(403, reason, { domain: 'usageLimits' }),
    kind,
  })),
  {
    name: '400 keyInvalid of the domain usageLimits',
    error: driveError(400, 'keyInvalid', { domain: 'usageLimits' }),
    kind: 'bad-request',
  },
  ...byReason(403, 'quota-daily', ['dailyLimitExceeded', 'dailyLimitExceededUnreg']),
  ...byReason(402, 'quota-daily', ['dailyLimitExceeded402']),
  ...byReason(403, 'scope-insufficient', ['insufficientPermissions']),
  {
    name: '403 with the detail ACCESS_TOKEN_SCOPE_INSUFFICIENT',
    error: driveError(403, 'insufficientPermissions', { detailReason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT' }),
    kind: 'scope-insufficient',
  },
  ...byReason(403, 'api-disabled', ['accessNotConfigured']),
  {
    name: '403 forbidden with the detail SERVICE_DISABLED',
    error: driveError(403, 'forbidden', { detailReason: 'SERVICE_DISABLED' }),
    kind: 'api-disabled',
  },
  {
    name: '403 with a detail unknown to us beside a known reason',
    error: driveError(403, 'userRateLimitExceeded', { detailReason: 'SOMETHING_NEW' }),
    kind: 'rate-limited',
  },
  ...byReason(403, 'domain-policy', ['domainPolicy']),
  ...byReason(403, 'page-token-rejected', ['pageTokenExpired']),
  ...byReason(403, 'source-gone', ['teamDriveMembershipRequired']),
  ...byReason(403, 'file-forbidden', ['insufficientFilePermissions', 'appNotAuthorizedToFile']),
  ...byReason(403, 'bad-request', [
    'forbidden',
    'supportsTeamDrivesRequired',
    'orderByContainsDuplicateSortKeys',
    'cannotDownloadAbusiveFile',
    'storageQuotaExceeded',
    'accountUnverified',
    'unknownAuth',
  ]),
  ...byReason(403, 'transient', ['somethingNew', 'constructor', '__proto__']),
  ...byReason(404, 'not-found', ['notFound']),
  {
    name: '404 of a drive',
    error: driveError(404, 'notFound', { location: 'driveId' }),
    kind: 'source-gone',
  },
  { name: '408 without a body', error: httpError(408, ''), kind: 'transient' },
  ...byReason(410, 'page-token-rejected', ['deleted']),
  ...byReason(416, 'bad-request', ['requestedRangeNotSatisfiable']),
  ...byReason(429, 'rate-limited', ['rateLimitExceeded']),
  ...byReason(429, 'quota-daily', ['dailyLimitExceeded']),
  { name: '429 in HTML', error: httpError(429, HTML), kind: 'rate-limited' },
  ...byReason(500, 'transient', ['internalError', 'backendError']),
  ...[502, 503, 504].flatMap((status) => byReason(status, 'transient', ['backendError', 'transientError'])),
  ...[500, 502, 503, 504].map((status) => ({
    name: `${String(status)} in HTML`,
    error: httpError(status, HTML),
    kind: 'transient' as const,
  })),
  { name: '500 without a body', error: httpError(500, undefined), kind: 'transient' },
  ...[400, 401, 402, 403, 404, 405, 407, 409, 410, 412, 414, 418, 423, 451, 499].flatMap((status) =>
    OF_NOBODY.map(({ what, data }) => ({
      name: `${String(status)} with ${what}`,
      error: httpError(status, data),
      kind: 'transient' as const,
    })),
  ),
  ...byReason(403, 'transient', [
    'backendError',
    'internalError',
    'transientError',
    'concurrentLimitExceeded',
    'failedPrecondition',
  ]),
  ...byReason(400, 'transient', ['failedPrecondition', 'backendError']),
  ...byReason(409, 'transient', ['conflict', 'duplicate', 'aborted']),
  ...byReason(408, 'transient', ['timeout']),
  ...byReason(412, 'transient', ['conditionNotMet']),
  {
    name: '400 with the status FAILED_PRECONDITION alone',
    error: httpError(400, { error: { code: 400, message: 'x', status: 'FAILED_PRECONDITION' } }),
    kind: 'transient',
  },
  ...byReason(403, 'rate-limited', ['servingLimitExceeded']),
  ...byReason(403, 'too-large', ['responseTooLarge']),
  ...byReason(402, 'bad-request', ['somethingNew']),
  ...['invalid_grant', 'invalid_scope'].map((word) => ({
    name: `400 ${word} of the token endpoint`,
    error: oauthError(400, word),
    kind: 'needs-login' as const,
  })),
  {
    name: "a firewall's word of its own to a request for files",
    error: Object.assign(httpError(403, { error: 'access_denied' }), { config: { method: 'GET' } }),
    kind: 'transient',
  },
  {
    name: '400 invalid_grant with error_subtype invalid_rapt',
    error: oauthError(400, 'invalid_grant', { error_subtype: 'invalid_rapt' }),
    kind: 'needs-login',
  },
  {
    name: '400 of the token endpoint with a word unknown to us',
    error: oauthError(400, 'something_new'),
    kind: 'transient',
  },
  {
    name: '500 of the token endpoint',
    error: oauthError(500, 'internal_failure'),
    kind: 'transient',
  },
  ...[
    'ENOTFOUND',
    'EAI_AGAIN',
    'EAI_FAIL',
    'EAI_NODATA',
    'ECONNREFUSED',
    'ETIMEDOUT',
    'EHOSTDOWN',
    'EADDRNOTAVAIL',
    'EPROTO',
    'ERR_SSL_WRONG_VERSION_NUMBER',
    'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
    'ERR_TLS_HANDSHAKE_TIMEOUT',
    'EACCES',
  ].map((code) => ({
    name: code,
    error: networkError(code),
    kind: 'network' as const,
  })),
  ...['ENOENT', 'EACCES', 'EISDIR'].map((code) => ({
    name: `${code} of a file of the login`,
    error: fileError(code),
    kind: 'needs-login' as const,
  })),
  ...['ECONNRESET', 'EPIPE', 'ERR_STREAM_PREMATURE_CLOSE'].map((code) => ({
    name: code,
    error: networkError(code),
    kind: 'transient' as const,
  })),
  {
    name: 'a network code on the cause alone',
    error: Object.assign(new Error('fetch failed'), { cause: networkError('ENETUNREACH') }),
    kind: 'network',
  },
  { name: 'a time-out', error: abortedError(), kind: 'network' },
  ...CERTIFICATES.map(({ code }) => ({
    name: code,
    error: networkError(code),
    kind: 'untrusted-certificate' as const,
  })),
  {
    name: 'a failure inside of an error of the client',
    error: Object.assign(new Error('?'), { cause: new SyncFailure('too-slow') }),
    kind: 'too-slow',
  },
  { name: 'no error at all', error: undefined, kind: 'transient' },
  { name: 'an error that says nothing', error: new Error('?'), kind: 'transient' },
];

test.each(CASES)('$name means $kind', ({ error, kind }) => {
  expect(classify(error).kind).toBe(kind);
});

const RAW: { name: string; kind: Classified['kind']; data: (gzip: boolean) => unknown }[] = [
  {
    name: 'an ArrayBuffer',
    kind: 'page-token-rejected',
    data: (gzip) => asArrayBuffer(driveBody(400, 'invalid', { location: 'pageToken' }), gzip),
  },
  {
    name: 'a Buffer',
    kind: 'page-token-rejected',
    data: (gzip) => Buffer.from(asArrayBuffer(driveBody(400, 'invalid', { location: 'pageToken' }), gzip)),
  },
  { name: 'HTML bytes', kind: 'transient', data: (gzip) => asArrayBuffer(HTML, gzip) },
  {
    name: 'a part of a larger buffer',
    kind: 'page-token-rejected',
    data: (gzip) => {
      const bytes = Buffer.from(asArrayBuffer(driveBody(400, 'invalid', { location: 'pageToken' }), gzip));
      return Buffer.concat([Buffer.from('xxxx'), bytes, Buffer.from('yyyy')]).subarray(4, 4 + bytes.length);
    },
  },
];

test.each(RAW.flatMap((each) => [true, false].map((gzip) => ({ ...each, gzip }))))(
  'a 400 whose body is $name, compressed $gzip, means $kind',
  ({ data, gzip, kind }) => {
    expect(classify(httpError(400, data(gzip))).kind).toBe(kind);
  },
);

test('a body of bytes that is cut short says nothing', () => {
  const cut = asArrayBuffer(driveBody(403, 'rateLimitExceeded'), true).slice(0, 30);
  expect(classify(httpError(403, cut))).toMatchObject({ kind: 'transient', reason: undefined });
  expect(classify(httpError(503, cut)).kind).toBe('transient');
});

test('a body of an error that inflates to much says nothing', () => {
  const body = { ...driveBody(403, 'rateLimitExceeded'), blanks: ' '.repeat(2 * 1024 * 1024) };
  expect(classify(httpError(403, asArrayBuffer(body, true)))).toMatchObject({ kind: 'transient' });
});

test('a body that arrives as JSON text is read', () => {
  const body = JSON.stringify(driveBody(403, 'userRateLimitExceeded'));
  expect(classify(httpError(403, body)).kind).toBe('rate-limited');
});

const NOW = Date.UTC(2026, 0, 1);

test.each([
  { value: '120', ms: 120_000 },
  { value: '0', ms: 0 },
  { value: '1.5', ms: 1_500 },
  { value: ' 7 ', ms: 7_000 },
  { value: 'Thu, 01 Jan 2026 00:01:30 GMT', ms: 90_000 },
  { value: 'Wed, 31 Dec 2025 23:00:00 GMT', ms: 0 },
  { value: '-5', ms: undefined },
  { value: 'soon', ms: undefined },
  { value: '5 s', ms: undefined },
  { value: '', ms: undefined },
  { value: '2026', ms: 2_026_000 },
  { value: undefined, ms: undefined },
])('Retry-After $value asks for $ms ms', ({ value, ms }) => {
  expect(parseRetryAfter(value, NOW)).toBe(ms);
  const headers = value === undefined ? {} : { 'retry-after': value };
  expect(classify(httpError(429, '', headers), NOW).retryAfterMs).toBe(ms);
});

test('a Retry-After that names a date is held against the date of its response', () => {
  const headers = { 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT', date: 'Thu, 01 Jan 2026 00:00:00 GMT' };
  const anotherDay = NOW + 86_400_000;
  expect(classify(httpError(429, '', headers), anotherDay).retryAfterMs).toBe(30_000);
});

test('headers in a plain object are read too', () => {
  const error = { status: 429, response: { status: 429, headers: { 'retry-after': '3' }, data: '' } };
  expect(classify(error, NOW).retryAfterMs).toBe(3_000);
});

test.each([
  { retryAfterMs: 0, delay: 1_000 },
  { retryAfterMs: 5_000, delay: 5_000 },
  { retryAfterMs: 1e15, delay: 15 * 60_000 },
])('a wait of $retryAfterMs ms that Drive asks for is kept within bounds: $delay ms', (given) => {
  const options = { attempt: 1, retryAfterMs: given.retryAfterMs, random: 0 };
  expect(retryDelayMs('rate-limited', options)).toBe(given.delay);
});

test.each<{ kind: FailureKind; attempt: number; random: number; delay: number }>([
  { kind: 'transient', attempt: 1, random: 0, delay: 500 },
  { kind: 'transient', attempt: 1, random: 0.999_999, delay: 1_000 },
  { kind: 'transient', attempt: 4, random: 0, delay: 4_000 },
  { kind: 'rate-limited', attempt: 7, random: 0.999_999, delay: 64_000 },
  { kind: 'network', attempt: 100_000, random: 0, delay: 32_000 },
  { kind: 'quota-daily', attempt: 1, random: 0, delay: 3_600_000 },
  { kind: 'disk-full', attempt: 9, random: 0, delay: 30_000 },
])('attempt $attempt after $kind, random $random, waits $delay ms', ({ kind, delay, ...rest }) => {
  expect(retryDelayMs(kind, rest)).toBe(delay);
});

test('a 401 that a fresh token could not mend is a lost login', () => {
  expect(toSyncFailure(driveError(401, 'authError')).kind).toBe('needs-login');
});

test('a failure that is one already stays itself', () => {
  const failure = new SyncFailure('malformed');
  expect(toSyncFailure(failure)).toBe(failure);
});

test.each(CERTIFICATES)('$code is told with the host, the reason and what to do', ({ code, says }) => {
  const config = { url: new URL('https://www.googleapis.com/drive/v3/files?pageToken=SECRET-TOKEN') };
  const failure = toSyncFailure(Object.assign(networkError(code), { config }));
  expect(failure.message).toContain('the TLS certificate of www.googleapis.com is not trusted');
  expect(failure.message).toContain(says);
  expect(failure.message).not.toContain('SECRET');
  expect(FAILURES[failure.kind]).toMatchObject({
    retry: 'fail',
    hint: expect.stringContaining('NODE_EXTRA_CA_CERTS') as string,
  });
});

const SECRETS = /ya29|secret|https?:|googleapis|1SecretFileId|<html|pageToken=/i;

test.each(CASES)('the message of $name tells no token, address or file', ({ error, kind }) => {
  const failure = toSyncFailure(error);
  expect(failure.kind).toBe(kind === 'auth-expired' ? 'needs-login' : kind);
  expect(failure.message).not.toMatch(SECRETS);
  expect(failure.cause).toBeUndefined();
});

test.each(['ya29.a0/secret token', 'https://secret.example/', 'secret\nline', 'secret'.repeat(20)])(
  'a reason that is no single word is not told: %j',
  (reason) => {
    expect(toSyncFailure(driveError(403, reason)).message).not.toMatch(SECRETS);
    expect(toSyncFailure(oauthError(400, reason)).message).not.toMatch(SECRETS);
  },
);

test.each([
  { error: networkError('EPROTO'), says: 'Google Drive cannot be reached (no TLS connection: EPROTO)' },
  { error: fileError('ENOENT'), says: '(a file of the login cannot be read: ENOENT)' },
])('a fault without an answer is told: $says', ({ error, says }) => {
  expect(toSyncFailure(error).message).toContain(says);
});

test('status and reason are told', () => {
  expect(toSyncFailure(driveError(403, 'rateLimitExceeded')).message).toMatch(/HTTP 403, rateLimitExceeded/);
});
