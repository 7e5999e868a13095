import { htmlAnswer, jsonAnswer, type Answer } from '../http/answer';
import { errorBody } from '../http/api-error';
import { bytesOf } from '../http/body';
import type { DriveErrorFault, Fault } from './fault';

/** The response that a fault returns instead of the endpoint's; undefined for other kinds of fault. */
export function replacement(fault: Fault): Answer | undefined {
  if (fault.kind === 'html-200') return htmlAnswer(200);
  if (fault.kind === 'empty-200') return jsonAnswer(200, '');
  if (fault.kind === 'drive-error') return driveError(fault);
  return fault.kind === 'status' ? statusAnswer(fault) : undefined;
}

function statusAnswer({ status, body, html, retryAfter, gzip }: Extract<Fault, { kind: 'status' }>): Answer {
  const { contentType, body: page } = html === true ? htmlAnswer(status) : jsonAnswer(status, body ?? '');
  return {
    status,
    body: html === true && typeof body === 'string' ? body : page,
    contentType,
    ...(retryAfter !== undefined && { retryAfter }),
    ...(gzip !== undefined && { gzip }),
  };
}

const MESSAGES: Readonly<Record<string, string>> = {
  authError: 'Invalid Credentials',
  backendError: 'Backend Error',
  dailyLimitExceeded: 'Daily Limit Exceeded',
  domainPolicy: 'The domain administrators have disabled Drive apps.',
  internalError: 'Internal Error',
  invalid: 'Invalid Value',
  pageTokenExpired: 'The specified page token has expired, and can no longer be used.',
  rateLimitExceeded: 'Rate Limit Exceeded',
  userRateLimitExceeded: 'User Rate Limit Exceeded',
};

const USAGE_LIMITS: ReadonlySet<string> = new Set([
  'accessNotConfigured',
  'dailyLimitExceeded',
  'rateLimitExceeded',
  'userRateLimitExceeded',
]);

function driveError(fault: DriveErrorFault): Answer {
  const { status, reason, location, retryAfter } = fault;
  const message = fault.message ?? MESSAGES[reason] ?? reason;
  const domain = fault.domain ?? (USAGE_LIMITS.has(reason) ? 'usageLimits' : 'global');
  const body = errorBody(status, { reason, message, domain, ...(location !== undefined && { location }) });
  return { ...jsonAnswer(status, body), ...(retryAfter !== undefined && { retryAfter }) };
}

const MS_PER_BYTE = 1000;

/** Damages a good response as the fault demands. */
export function spoil(answer: Answer, fault: Fault): Answer {
  if (fault.kind === 'truncated') return { ...answer, truncated: true };
  if (fault.kind === 'trickle') return { ...answer, msPerByte: fault.msPerByte ?? MS_PER_BYTE };
  if (fault.kind === 'endless') return { ...answer, endless: true };
  if (fault.kind === 'wrong-content-type') return { ...answer, contentType: 'application/octet-stream' };
  if (fault.kind !== 'patch') return answer;
  const body: unknown = JSON.parse(bytesOf(answer.body).toString());
  return isObject(body) ? { ...answer, body: JSON.stringify(fault.patch(body)) ?? '' } : answer;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
