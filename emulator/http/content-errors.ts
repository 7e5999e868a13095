import { ApiError, errorBody, type ErrorDetail } from './api-error';

type ContentError = Omit<ErrorDetail, 'reason'> & { status?: never; code: number };

/**
 * The errors of downloads and exports:
 * https://developers.google.com/workspace/drive/api/guides/handle-errors
 */
const ERRORS = {
  fileNotDownloadable: {
    code: 403,
    message: 'Only files with binary content can be downloaded. Use Export with Docs Editors files.',
    location: 'alt',
  },
  fileNotExportable: { code: 403, message: 'Export only supports Docs Editors files.' },
  exportSizeLimitExceeded: { code: 403, message: 'This file is too large to be exported.' },
  cannotDownloadFile: { code: 403, message: 'This file cannot be downloaded by the user.' },
  cannotExportFile: { code: 403, message: 'This file cannot be exported by the user.' },
  cannotDownloadAbusiveFile: {
    code: 403,
    message: 'This file has been identified as malware or spam and cannot be downloaded.',
  },
  download_restricted_for_revision: {
    code: 403,
    message: 'The user cannot download this revision of the file.',
  },
  downloadRestrictedForRevision: {
    code: 403,
    message: 'The user cannot download this revision of the file.',
  },
  downloadQuotaExceeded: { code: 403, message: 'The download quota for this file has been exceeded.' },
  quotaExceeded: {
    code: 403,
    message: 'The download quota for this file has been exceeded.',
    domain: 'usageLimits',
    location: 'quota.download',
    locationType: 'other',
  },
  dailyLimitExceeded: { code: 403, message: 'Daily Limit Exceeded', domain: 'usageLimits' },
  userRateLimitExceeded: { code: 403, message: 'User Rate Limit Exceeded', domain: 'usageLimits' },
  rateLimitExceeded: { code: 429, message: 'Rate Limit Exceeded', domain: 'usageLimits' },
  requestedRangeNotSatisfiable: { code: 416, message: 'Request range not satisfiable' },
  internalError: { code: 500, message: 'Internal Error' },
  backendError: { code: 500, message: 'Backend Error' },
} as const satisfies Readonly<Record<string, ContentError>>;

/** The reason of an error of downloads and exports. */
export type ContentReason = keyof typeof ERRORS;

/** The status and the detail of an error. */
export function contentErrorOf(reason: ContentReason): { code: number; detail: ErrorDetail } {
  const { code, ...detail } = ERRORS[reason];
  return { code, detail: { ...detail, reason } };
}

/** The error as an exception. */
export function contentError(reason: ContentReason): ApiError {
  const { code, detail } = contentErrorOf(reason);
  return new ApiError(code, detail);
}

/** The error in Drive's JSON envelope. */
export function contentErrorBody(reason: ContentReason): unknown {
  const { code, detail } = contentErrorOf(reason);
  return errorBody(code, detail);
}
