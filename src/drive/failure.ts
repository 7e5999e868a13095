import { gunzipSync } from 'node:zlib';
import { errorCode } from '../errors';
import { SyncFailure, type FailureKind } from '../model/failure';
import { certificateFault, hostOf } from './certificate';
import { clockOf, header } from './headers';
import { tokenFailure, type TokenError } from './token-failure';
import { LARGEST_ERROR_BODY } from './wire/json';

/**
 * What an error of the Google client means. After `auth-expired` the request is repeated with a new access
 * token; the next one counts as `needs-login`.
 */
export interface Classified {
  kind: FailureKind | 'auth-expired';
  status: number | undefined;
  /** Google's reason for it. */
  reason: string | undefined;
  retryAfterMs: number | undefined;
}

/**
 * The server was not reached: only waiting helps. A firewall of this machine refuses with EACCES or EPERM.
 */
const NETWORK_CODES =
  /^(E(NOTFOUND|CONNREFUSED|TIMEDOUT|NETUNREACH|NETDOWN|NETRESET|HOSTUNREACH|HOSTDOWN|ADDRNOTAVAIL|ACCES|PERM)|EAI_\w+)$/;
/** The peer does not speak TLS as Google does: a portal or a proxy, for example. */
const TLS_CODES = /^(EPROTO|ERR_SSL_\w+|ERR_TLS_\w+)$/;
const FILE_CODES = /^(ENOENT|ENOTDIR|EISDIR|EACCES|EPERM|ELOOP)$/;

/**
 * What Google's error reasons mean, for any status:
 * https://developers.google.com/workspace/drive/api/guides/handle-errors
 * Those of all of its APIs: https://developers.google.com/youtube/v3/docs/core_errors
 */
const BY_REASON: ReadonlyMap<string, Classified['kind']> = new Map(
  Object.entries({
    rateLimitExceeded: 'rate-limited',
    rateLimitExceededUnreg: 'rate-limited',
    userRateLimitExceeded: 'rate-limited',
    userRateLimitExceededUnreg: 'rate-limited',
    sharingRateLimitExceeded: 'rate-limited',
    servingLimitExceeded: 'rate-limited',
    limitExceeded: 'rate-limited',
    variableTermLimitExceeded: 'rate-limited',
    quotaExceeded: 'rate-limited',
    automatedQueries: 'rate-limited',
    RATE_LIMIT_EXCEEDED: 'rate-limited',
    RESOURCE_EXHAUSTED: 'rate-limited',
    dailyLimitExceeded: 'quota-daily',
    dailyLimitExceededUnreg: 'quota-daily',
    dailyLimitExceeded402: 'quota-daily',
    variableTermExpiredDailyExceeded: 'quota-daily',
    backendError: 'transient',
    internalError: 'transient',
    transientError: 'transient',
    concurrentLimitExceeded: 'transient',
    failedPrecondition: 'transient',
    conflict: 'transient',
    aborted: 'transient',
    FAILED_PRECONDITION: 'transient',
    ABORTED: 'transient',
    INTERNAL: 'transient',
    UNAVAILABLE: 'transient',
    insufficientPermissions: 'scope-insufficient',
    ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'scope-insufficient',
    accessNotConfigured: 'api-disabled',
    SERVICE_DISABLED: 'api-disabled',
    domainPolicy: 'domain-policy',
    authError: 'needs-login',
    accountDeleted: 'needs-login',
    accountDisabled: 'needs-login',
    pageTokenExpired: 'page-token-rejected',
    invalidPageToken: 'page-token-rejected',
    teamDriveMembershipRequired: 'source-gone',
    insufficientFilePermissions: 'file-forbidden',
    appNotAuthorizedToFile: 'file-forbidden',
    responseTooLarge: 'too-large',
    forbidden: 'bad-request',
    accountUnverified: 'bad-request',
    downloadServiceForbidden: 'bad-request',
    insufficientAudience: 'bad-request',
    insufficientAuthorizedParty: 'bad-request',
    ipRefererBlocked: 'bad-request',
    lockedDomainForbidden: 'bad-request',
    sslRequired: 'bad-request',
    unknownAuth: 'bad-request',
    cannotDownloadAbusiveFile: 'bad-request',
    cannotDownloadFile: 'file-forbidden',
    cannotExportFile: 'file-forbidden',
    downloadQuotaExceeded: 'bad-request',
    exportSizeLimitExceeded: 'bad-request',
    fileNotDownloadable: 'bad-request',
    fileNotExportable: 'bad-request',
    orderByContainsDuplicateSortKeys: 'bad-request',
    storageQuotaExceeded: 'bad-request',
    supportsTeamDrivesRequired: 'bad-request',
  }),
);

/**
 * Statuses that may pass: timeout, conflict, failed precondition, too early.
 * https://developer.mozilla.org/en-US/docs/Web/HTTP/Status
 */
const PASSING: ReadonlySet<number> = new Set([408, 409, 412, 425]);

/** The body of an error; empty if it is not Google's. */
interface ErrorBody {
  /** Of a token endpoint only. */
  token: TokenError | undefined;
  /** Google's reasons for the error, the most specific first. */
  reasons: readonly string[];
  domain: string | undefined;
  location: string | undefined;
}

const NO_BODY: ErrorBody = { token: undefined, reasons: [], domain: undefined, location: undefined };
/** The page with which Google's front end throttles. */
const BLOCKED: ErrorBody = { ...NO_BODY, reasons: ['automatedQueries'] };

/** How long to wait after a page of Google's front end, in ms: it throttles far below the quota, and for long. */
const BLOCKED_MS = 900_000;

/** True for the HTML page with which Google's front end throttles. */
function isBlockPage(page: unknown): boolean {
  return typeof page === 'string' && /automated queries/i.test(page);
}

/**
 * Classifies any error of the Google client. It looks at the error's shape, since several copies of the
 * client's error class may be loaded. `now` is in ms since 1970, for a Retry-After date in a response without
 * a date of its own.
 */
export function classify(error: unknown, now: number = Date.now()): Classified {
  const failure = failureIn(error);
  if (failure !== undefined) {
    const { kind, retryAfterMs } = failure;
    return { kind, status: undefined, reason: undefined, retryAfterMs };
  }
  const response = property(error, 'response');
  const status = statusOf(error);
  const body = bodyOf(error);
  const headers = property(response, 'headers');
  return {
    kind: kindOf(error, status, body),
    status,
    reason: safeWord(body.token?.subtype ?? body.token?.error ?? body.reasons[0]),
    retryAfterMs:
      body === BLOCKED
        ? BLOCKED_MS
        : parseRetryAfter(header(headers, 'retry-after'), clockOf(headers) ?? now),
  };
}

/**
 * Turns any error of the Google client into a failure. A 401 that a new access token could not fix is a lost
 * login.
 */
export function toSyncFailure(error: unknown): SyncFailure {
  const failure = failureIn(error);
  if (failure !== undefined) return failure;
  const { kind, status, reason, retryAfterMs } = classify(error);
  if (kind === 'untrusted-certificate')
    return new SyncFailure(kind, {
      says: `the TLS certificate of ${hostOf(error)} is not trusted`,
      detail: certificateFault(codeOf(error)) ?? '',
    });
  const words = [status === undefined ? unansweredWords(error) : `HTTP ${String(status)}`, reason];
  return new SyncFailure(kind === 'auth-expired' ? 'needs-login' : kind, {
    says: status === undefined && kind === 'transient' ? BROKEN_OFF : undefined,
    detail: words.filter((word) => word !== undefined).join(', '),
    retryAfterMs,
    reason,
  });
}

const BROKEN_OFF = 'the connection to Google Drive ended before an answer was complete';
const MOST_CAUSES = 5;

/** The failure that an error is or was caused by: the Google client wraps what is thrown below it. */
function failureIn(error: unknown): SyncFailure | undefined {
  let cause = error;
  for (let depth = 0; depth < MOST_CAUSES; depth++) {
    if (cause instanceof SyncFailure) return cause;
    cause = property(cause, 'cause');
  }
  return undefined;
}

function kindOf(error: unknown, status: number | undefined, body: ErrorBody): Classified['kind'] {
  if (status === undefined) return unansweredKind(error);
  if (status === 429) return isDaily(body) ? 'quota-daily' : 'rate-limited';
  if (status >= 500) return 'transient';
  if (body.token !== undefined) return tokenFailure(body.token) ?? 'transient';
  // This may be the page of a proxy, a portal or a firewall: only Google itself can refuse for good.
  if (body.reasons.length === 0) return 'transient';
  return refusalKind(status, body);
}

/** What a refusal by Google itself means. */
function refusalKind(status: number, { reasons, domain, location = '' }: ErrorBody): Classified['kind'] {
  if (status === 401) return 'auth-expired';
  if (status === 404) return notFoundKind(reasons, location);
  if (PASSING.has(status)) return 'transient';
  if (status === 410 || (status === 400 && location === 'pageToken')) return 'page-token-rejected';
  // The quota of a file that too many people download, and not the user's.
  if (location === 'quota.download') return 'bad-request';
  return kindByReason(reasons) ?? unknownKind(status, domain);
}

function kindByReason(reasons: readonly string[]): Classified['kind'] | undefined {
  return reasons.map((reason) => BY_REASON.get(reason)).find((kind) => kind !== undefined);
}

/** A refusal without a known reason. */
function unknownKind(status: number, domain: string | undefined): Classified['kind'] {
  if (status !== 403) return 'bad-request';
  return domain === 'usageLimits' ? 'rate-limited' : 'transient';
}

function notFoundKind(reasons: readonly string[], location: string): Classified['kind'] {
  if (/^(driveId|teamDriveId)$/.test(location)) return 'source-gone';
  return reasons.includes('notFound') ? 'not-found' : 'transient';
}

function isDaily({ reasons }: ErrorBody): boolean {
  return reasons.some((reason) => BY_REASON.get(reason) === 'quota-daily');
}

/** The kind of an error without a response. */
function unansweredKind(error: unknown): Classified['kind'] {
  const code = codeOf(error);
  // Timeouts of other libraries have no code.
  if (code === undefined)
    return /aborted|timed? ?out/i.test(String(property(error, 'message'))) ? 'network' : 'transient';
  if (certificateFault(code) !== undefined) return 'untrusted-certificate';
  if (isOfLoginFile(error, code)) return 'needs-login';
  return NETWORK_CODES.test(code) || TLS_CODES.test(code) ? 'network' : 'transient';
}

/**
 * True for an error of reading a file: requests read only files of the login. Errors of requests have a
 * `config`.
 */
function isOfLoginFile(error: unknown, code: string): boolean {
  return FILE_CODES.test(code) && property(error, 'config') === undefined;
}

/** Why there was no response, if the kind does not say it. */
function unansweredWords(error: unknown): string | undefined {
  const code = codeOf(error);
  if (code === undefined) return undefined;
  if (isOfLoginFile(error, code)) return `a file of the login cannot be read: ${code}`;
  return TLS_CODES.test(code) ? `no TLS connection: ${code}` : undefined;
}

function codeOf(error: unknown): string | undefined {
  return errorCode(error) ?? errorCode(property(error, 'cause'));
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Google's reasons are single words; anything else might be private. */
function safeWord(word: string | undefined): string | undefined {
  return word !== undefined && /^[\w.-]{1,60}$/.test(word) ? word : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = property(property(error, 'response'), 'status') ?? property(error, 'status');
  return typeof status === 'number' ? status : undefined;
}

function bodyOf(error: unknown): ErrorBody {
  const data = decodeBody(property(property(error, 'response'), 'data'));
  const body = property(data, 'error');
  if (body === undefined) return isBlockPage(data) ? BLOCKED : NO_BODY;
  // Tokens are requested by POST. Such an answer to a GET comes from a firewall, for example.
  const isOfDrive = property(property(error, 'config'), 'method') === 'GET';
  if (typeof body === 'string') return isOfDrive ? NO_BODY : { ...NO_BODY, token: toTokenError(body, data) };
  const errors = property(body, 'errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const details = property(body, 'details');
  const detail = Array.isArray(details)
    ? details.map((each) => text(property(each, 'reason'))).find(Boolean)
    : undefined;
  // Every error of Drive has a reason; some have a `status`: https://cloud.google.com/apis/design/errors
  const reasons = [detail, text(property(first, 'reason')), text(property(body, 'status'))];
  return {
    token: undefined,
    reasons: reasons.filter((reason) => reason !== undefined),
    domain: text(property(first, 'domain')),
    location: text(property(first, 'location')),
  };
}

function toTokenError(error: string, data: unknown): TokenError {
  const description = text(property(data, 'error_description')) ?? '';
  return { error, subtype: text(property(data, 'error_subtype')), description };
}

/**
 * Decodes the body of an error; a body that is not JSON stays text. It may be compressed bytes, since pages are
 * requested as raw bytes.
 */
function decodeBody(data: unknown): unknown {
  if (!(ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'))
    return parsed(data);
  const bytes = ArrayBuffer.isView(data)
    ? Buffer.from(data.buffer, data.byteOffset, data.byteLength)
    : Buffer.from(data as ArrayBuffer);
  if (bytes.length > LARGEST_ERROR_BODY) return undefined;
  try {
    const isCompressed = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return parsed(
      (isCompressed ? gunzipSync(bytes, { maxOutputLength: LARGEST_ERROR_BODY }) : bytes).toString(),
    );
  } catch {
    return undefined;
  }
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return data;
  }
}

/**
 * Parses a Retry-After header: seconds or an HTTP date. Returns ms from `now`, undefined if it is neither.
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
