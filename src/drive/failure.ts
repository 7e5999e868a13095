import { gunzipSync } from 'node:zlib';
import { errorCode } from '../errors';
import { SyncFailure, type FailureKind } from '../model/failure';

/** What an error of the Drive client means. `auth-expired` asks for one fresh access token, then counts as `needs-login`. */
export interface Classified {
  kind: FailureKind | 'auth-expired';
  status: number | undefined;
  /** Google's own word for it. */
  reason: string | undefined;
  retryAfterMs: number | undefined;
}

/** The server was never reached, or never answered: waiting is all that helps. */
const NETWORK_CODES = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'ECONNREFUSED',
  'ETIMEDOUT',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'ENETDOWN',
]);

/** https://developers.google.com/workspace/drive/api/guides/handle-errors; a 403 says only by its reason what it is. */
const FORBIDDEN: ReadonlyMap<string, Classified['kind']> = new Map(
  Object.entries({
    rateLimitExceeded: 'rate-limited',
    userRateLimitExceeded: 'rate-limited',
    sharingRateLimitExceeded: 'rate-limited',
    quotaExceeded: 'rate-limited',
    RATE_LIMIT_EXCEEDED: 'rate-limited',
    dailyLimitExceeded: 'quota-daily',
    dailyLimitExceededUnreg: 'quota-daily',
    insufficientPermissions: 'scope-insufficient',
    ACCESS_TOKEN_SCOPE_INSUFFICIENT: 'scope-insufficient',
    accessNotConfigured: 'api-disabled',
    SERVICE_DISABLED: 'api-disabled',
    domainPolicy: 'domain-policy',
    pageTokenExpired: 'page-token-rejected',
    teamDriveMembershipRequired: 'source-gone',
    insufficientFilePermissions: 'file-forbidden',
    appNotAuthorizedToFile: 'file-forbidden',
    authError: 'needs-login',
    forbidden: 'bad-request',
  }),
);

/** Errors of the token endpoint that only a new login, or another client, can mend. */
const LOGIN_ERRORS = new Set([
  'invalid_grant',
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'access_denied',
]);

interface ErrorBody {
  /** A string only in answers of the token endpoint. */
  oauthError: string | undefined;
  reason: string | undefined;
  location: string | undefined;
  detailReason: string | undefined;
}

/**
 * Reads any error that the Google client throws. Recognized by shape, since several copies of its error class may be loaded.
 * `now` is in ms since 1970, for a Retry-After that names a date.
 */
export function classify(error: unknown, now: number = Date.now()): Classified {
  const status = statusOf(error);
  const body = bodyOf(error);
  const retryAfterMs = retryAfterOf(error, now);
  const reason = safeWord(body.oauthError ?? body.reason);
  return { kind: kindOf(error, status, body), status, reason, retryAfterMs };
}

/** The failure that the rest of the product knows: a 401 that a fresh access token could not mend is a lost login. */
export function toSyncFailure(error: unknown): SyncFailure {
  if (error instanceof SyncFailure) return error;
  const { kind, status, reason, retryAfterMs } = classify(error);
  const detail = [status === undefined ? undefined : `HTTP ${String(status)}`, reason].filter(
    (part) => part !== undefined,
  );
  return new SyncFailure(kind === 'auth-expired' ? 'needs-login' : kind, {
    detail: detail.join(', '),
    retryAfterMs,
  });
}

/** What a status means by itself; the ambiguous ones look at the body. */
const BY_STATUS: Readonly<Record<number, (body: ErrorBody) => Classified['kind']>> = {
  400: (body) => (isPageToken(body) ? 'page-token-rejected' : 'bad-request'),
  401: () => 'auth-expired',
  403: ({ detailReason = '', reason = '' }) =>
    FORBIDDEN.get(detailReason) ?? FORBIDDEN.get(reason) ?? 'bad-request',
  // Only Drive itself can say that something is gone; a proxy's or a front end's 404 says nothing of files.
  404: ({ location = '', reason }) =>
    /^(driveId|teamDriveId)$/.test(location)
      ? 'source-gone'
      : reason === 'notFound'
        ? 'not-found'
        : 'transient',
  408: () => 'transient',
  410: () => 'page-token-rejected',
  429: ({ reason }) => (reason === 'dailyLimitExceeded' ? 'quota-daily' : 'rate-limited'),
};

function kindOf(error: unknown, status: number | undefined, body: ErrorBody): Classified['kind'] {
  if (body.oauthError !== undefined && LOGIN_ERRORS.has(body.oauthError)) return 'needs-login';
  if (status === undefined) return isNetwork(error) ? 'network' : 'transient';
  const known = BY_STATUS[status];
  if (known !== undefined) return known(body);
  return status >= 400 && status < 500 ? 'bad-request' : 'transient';
}

function isPageToken({ location, reason }: ErrorBody): boolean {
  return location === 'pageToken' || reason === 'pageTokenExpired' || reason === 'invalidPageToken';
}

function isNetwork(error: unknown): boolean {
  const code = errorCode(error) ?? errorCode(property(error, 'cause'));
  // The client reports its own time-out as an abort without any code.
  return code === undefined
    ? /aborted|timed? ?out/i.test(String(property(error, 'message')))
    : NETWORK_CODES.has(code);
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Google's reasons are single words; anything else might carry what must not be told. */
function safeWord(word: string | undefined): string | undefined {
  return word !== undefined && /^[\w.-]{1,60}$/.test(word) ? word : undefined;
}

function statusOf(error: unknown): number | undefined {
  const status = property(property(error, 'response'), 'status') ?? property(error, 'status');
  return typeof status === 'number' ? status : undefined;
}

function bodyOf(error: unknown): ErrorBody {
  const body = property(decodeBody(property(property(error, 'response'), 'data')), 'error');
  const errors = property(body, 'errors');
  const first: unknown = Array.isArray(errors) ? errors[0] : undefined;
  const details = property(body, 'details');
  const detail = Array.isArray(details)
    ? details.map((each) => text(property(each, 'reason'))).find(Boolean)
    : undefined;
  return {
    oauthError: text(body),
    reason: text(property(first, 'reason')),
    location: text(property(first, 'location')),
    detailReason: detail,
  };
}

/** Pages are asked for as raw bytes, so an error's body may arrive as bytes too, and still compressed. */
function decodeBody(data: unknown): unknown {
  if (!(ArrayBuffer.isView(data) || Object.prototype.toString.call(data) === '[object ArrayBuffer]'))
    return parsed(data);
  const bytes = Buffer.from(data as ArrayBuffer);
  try {
    return parsed((bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes) : bytes).toString());
  } catch {
    return undefined;
  }
}

function parsed(data: unknown): unknown {
  if (typeof data !== 'string') return data;
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}

function retryAfterOf(error: unknown, now: number): number | undefined {
  const headers = property(property(error, 'response'), 'headers');
  // The client brings its own class of headers, which is not the global one.
  const get = property(headers, 'get');
  const value: unknown =
    typeof get === 'function' ? get.call(headers, 'retry-after') : property(headers, 'retry-after');
  return parseRetryAfter(text(value), now);
}

/** A Retry-After header in ms from `now`: seconds or an HTTP date; undefined where it is neither. */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value) * 1000;
  const at = /[a-z]/i.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? undefined : Math.max(0, at - now);
}
