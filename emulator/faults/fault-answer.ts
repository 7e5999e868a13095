import { bytesContent, type Content } from '../contents/content';
import { htmlAnswer, jsonAnswer, type Answer } from '../http/answer';
import { errorBody } from '../http/api-error';
import { bytesOf } from '../http/body';
import type { BodyFault, DriveErrorFault, Fault } from './fault';

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
  const { status, reason, location, locationType, retryAfter } = fault;
  const message = fault.message ?? MESSAGES[reason] ?? reason;
  const domain = fault.domain ?? (USAGE_LIMITS.has(reason) ? 'usageLimits' : 'global');
  const body = errorBody(status, {
    reason,
    message,
    domain,
    ...(location !== undefined && { location }),
    ...(locationType !== undefined && { locationType }),
  });
  return { ...jsonAnswer(status, body), ...(retryAfter !== undefined && { retryAfter }) };
}

const MS_PER_BYTE = 1000;

/** Damages a good response as the fault demands. */
export function spoil(answer: Answer, fault: Fault): Answer {
  if (fault.kind === 'wrong-content-type') return { ...answer, contentType: 'application/octet-stream' };
  if (fault.kind === 'wrong-content-range') return shiftRange(answer, fault.shift ?? 1);
  if (isBodyFault(fault)) return { ...asContent(answer), bodyFault: fault };
  if (fault.kind === 'corrupt') return corrupt(asContent(answer), fault);
  return spoilWhole(answer, fault);
}

function spoilWhole(answer: Answer, fault: Fault): Answer {
  if (fault.kind === 'truncated') return { ...asBody(answer), truncated: true };
  if (fault.kind === 'trickle') return { ...asBody(answer), msPerByte: fault.msPerByte ?? MS_PER_BYTE };
  if (fault.kind === 'endless') return { ...asBody(answer), endless: true };
  if (fault.kind !== 'patch' || answer.content !== undefined) return answer;
  const body: unknown = JSON.parse(bytesOf(answer.body).toString());
  return isObject(body) ? { ...answer, body: JSON.stringify(fault.patch(body)) ?? '' } : answer;
}

const BODY_FAULTS: ReadonlySet<string> = new Set(['cut', 'reset-body', 'stall-body', 'act-in-body']);

function isBodyFault(fault: Fault): fault is BodyFault {
  return BODY_FAULTS.has(fault.kind);
}

function asContent(answer: Answer): Answer {
  return answer.content === undefined ? { ...answer, content: bytesContent(bytesOf(answer.body)) } : answer;
}

function asBody(answer: Answer): Answer {
  const { content, ...rest } = answer;
  if (content === undefined) return answer;
  return { ...rest, body: Buffer.from(content.read(0, content.size)), gzip: false };
}

function shiftRange(answer: Answer, shift: number): Answer {
  const [, start, end, size] =
    /^bytes (\d+)-(\d+)\/(\d+)$/.exec(String(answer.headers?.['content-range'])) ?? [];
  if (start === undefined || end === undefined || size === undefined) return answer;
  const range = `bytes ${String(Number(start) + shift)}-${String(Number(end) + shift)}/${size}`;
  return { ...answer, headers: { ...answer.headers, 'content-range': range } };
}

function corrupt(answer: Answer, { at, length = 1 }: Extract<Fault, { kind: 'corrupt' }>): Answer {
  const { content } = answer;
  if (content === undefined) return answer;
  const first = at ?? Math.floor(content.size / 2);
  return { ...answer, content: changed(content, first, first + length) };
}

/** A content whose bytes from `first` up to `end` are others. */
function changed(content: Content, first: number, end: number): Content {
  const { size } = content;
  return {
    size,
    read: (start, stop) =>
      content
        .read(start, stop)
        .map((byte, at) => (start + at >= first && start + at < end ? byte ^ 0x55 : byte)),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
