import { htmlAnswer, jsonAnswer, type Answer } from './answer';
import { errorBody } from './api-error';
import type { DriveErrorFault, Fault } from './options';

/** A fault that answers in place of the endpoint. */
type ReplacingFault = Extract<Fault, { kind: 'status' | 'drive-error' | 'html-200' | 'empty-200' }>;

/** A fault that spoils the endpoint's answer. */
type SpoilingFault = Extract<Fault, { kind: 'truncated' | 'wrong-content-type' | 'patch' }>;

/** The answer that a fault gives in place of the endpoint; undefined if it does something else. */
export function replacement(fault: Fault): Answer | undefined {
  switch (fault.kind) {
    case 'status':
    case 'drive-error':
    case 'html-200':
    case 'empty-200':
      return replacingAnswer(fault);
    default:
      return undefined;
  }
}

function replacingAnswer(fault: ReplacingFault): Answer {
  switch (fault.kind) {
    case 'html-200':
      return htmlAnswer(200);
    case 'empty-200':
      return jsonAnswer(200, '');
    case 'drive-error':
      return driveError(fault);
    case 'status': {
      const answer =
        fault.html === true ? htmlAnswer(fault.status) : jsonAnswer(fault.status, fault.body ?? '');
      const body = fault.html === true && typeof fault.body === 'string' ? fault.body : answer.body;
      const { retryAfter, gzip } = fault;
      return {
        ...answer,
        body,
        ...(retryAfter !== undefined && { retryAfter }),
        ...(gzip !== undefined && { gzip }),
      };
    }
  }
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

/** Spoils a good answer as the fault wants it. */
export function spoil(answer: Answer, fault: Fault): Answer {
  if (!isSpoiling(fault)) return answer;
  switch (fault.kind) {
    case 'truncated':
      return { ...answer, truncated: true };
    case 'wrong-content-type':
      return { ...answer, contentType: 'application/octet-stream' };
    case 'patch':
      return {
        ...answer,
        body: JSON.stringify(fault.patch(JSON.parse(answer.body) as Record<string, unknown>)) ?? '',
      };
  }
}

function isSpoiling(fault: Fault): fault is SpoilingFault {
  return fault.kind === 'truncated' || fault.kind === 'wrong-content-type' || fault.kind === 'patch';
}
