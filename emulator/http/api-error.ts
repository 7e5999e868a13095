/** The error, with the fields of `errors[0]` in Drive's envelope. */
export interface ErrorDetail {
  reason: string;
  message: string;
  domain?: string;
  location?: string;
  locationType?: 'parameter' | 'header' | 'other';
  /** For example `INVALID_ARGUMENT`. Only errors of Google's common front end have a status. */
  status?: string;
  /** The message of the envelope, if it differs. */
  summary?: string;
  /** The machine-readable details of Google's front end. */
  details?: readonly unknown[];
}

/** An error response of Drive: https://developers.google.com/workspace/drive/api/guides/handle-errors */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly status: number;
  readonly body: unknown;

  constructor(status: number, detail: ErrorDetail) {
    super(detail.message);
    this.status = status;
    this.body = errorBody(status, detail);
  }
}

/** Wraps an error in Drive's JSON envelope. */
export function errorBody(code: number, detail: ErrorDetail): unknown {
  const {
    reason,
    message,
    domain = 'global',
    location,
    locationType = 'parameter',
    status,
    summary,
    details,
  } = detail;
  const error = { message, domain, reason, ...(location !== undefined && { location, locationType }) };
  return {
    error: {
      code,
      message: summary ?? message,
      errors: [error],
      ...(status !== undefined && { status }),
      ...(details !== undefined && { details }),
    },
  };
}

/** The value of a parameter is invalid. */
export function invalidValue(location: string): ApiError {
  return new ApiError(400, { reason: 'invalid', message: 'Invalid Value', location });
}

/**
 * The value of a parameter has the wrong type. Google's front end checks this before Drive gets the request.
 */
export function invalidType(name: string, type: string, value: string): ApiError {
  const message = `Invalid value at '${name}' (TYPE_${type}), ${JSON.stringify(value)}`;
  return new ApiError(400, { reason: 'badRequest', message, status: 'INVALID_ARGUMENT' });
}

/** The parameter is unknown. */
export function unknownParameter(name: string): ApiError {
  const message =
    `Invalid JSON payload received. Unknown name "${name}": Cannot bind query parameter. ` +
    `Field '${name}' could not be found in request message.`;
  return new ApiError(400, { reason: 'badRequest', message, status: 'INVALID_ARGUMENT' });
}

/** The file does not exist, or the user cannot see it. */
export function fileNotFound(id: string): ApiError {
  return new ApiError(404, { reason: 'notFound', message: `File not found: ${id}.`, location: 'fileId' });
}

/** The shared drive does not exist, or the user is not a member of it. */
export function driveNotFound(id: string): ApiError {
  return new ApiError(404, {
    reason: 'notFound',
    message: `Shared drive not found: ${id}`,
    location: 'driveId',
  });
}

/** Drive responds to some invalid requests with 500, on every retry. */
export function internalError(): ApiError {
  return new ApiError(500, { reason: 'internalError', message: 'Internal Error' });
}

/** The request refers to shared drives without `supportsAllDrives`. */
export function supportsDrivesRequired(): ApiError {
  const message = 'The supportsAllDrives parameter was not set to true.';
  return new ApiError(403, { reason: 'supportsTeamDrivesRequired', message });
}

/** The page size is out of range. */
export function pageSizeOutOfRange(pageSize: number, most: number): ApiError {
  const range = `[value: 1\n, value: ${String(most)}\n]`;
  const message = `Invalid value '${String(pageSize)}'. Values must be within the range: ${range}`;
  return new ApiError(400, { reason: 'invalidParameter', message, location: 'page_size' });
}

/** The scopes of the access token do not cover the method. */
export function insufficientScope(): ApiError {
  const message = 'Insufficient Permission: Request had insufficient authentication scopes.';
  const [type, domain] = ['type.googleapis.com/google.rpc.ErrorInfo', 'googleapis.com'];
  return new ApiError(403, {
    reason: 'insufficientPermissions',
    message,
    status: 'PERMISSION_DENIED',
    summary: 'Request had insufficient authentication scopes.',
    details: [{ '@type': type, reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', domain }],
  });
}
