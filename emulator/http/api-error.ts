/** Who the error is about, in the terms of `errors[0]` of Drive's envelope. */
export interface ErrorDetail {
  reason: string;
  message: string;
  domain?: string;
  location?: string;
  locationType?: 'parameter' | 'header';
  /** Only errors of Google's common front end carry one, such as `INVALID_ARGUMENT`. */
  status?: string;
  /** What stands beside the envelope's message, if it is worded otherwise. */
  summary?: string;
  /** What Google's front end adds for programs. */
  details?: readonly unknown[];
}

/** A request that Drive refuses: https://developers.google.com/workspace/drive/api/guides/handle-errors */
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

/** An error in the envelope that all Drive errors have. */
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

/** The value of a parameter cannot be used. */
export function invalidValue(location: string): ApiError {
  return new ApiError(400, { reason: 'invalid', message: 'Invalid Value', location });
}

/** The parameter is not of its type; Google's front end says this before Drive sees the request. */
export function invalidType(name: string, type: string, value: string): ApiError {
  const message = `Invalid value at '${name}' (TYPE_${type}), ${JSON.stringify(value)}`;
  return new ApiError(400, { reason: 'badRequest', message, status: 'INVALID_ARGUMENT' });
}

/** Google's front end does not know the parameter. */
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

/** Drive fails on some requests for ever, whatever its status says. */
export function internalError(): ApiError {
  return new ApiError(500, { reason: 'internalError', message: 'Internal Error' });
}

/** The request speaks of shared drives without saying that the client knows them. */
export function supportsDrivesRequired(): ApiError {
  const message = 'The supportsAllDrives parameter was not set to true.';
  return new ApiError(403, { reason: 'supportsTeamDrivesRequired', message });
}

/** The page size is not within what the method allows. */
export function pageSizeOutOfRange(pageSize: number, most: number): ApiError {
  const range = `[value: 1\n, value: ${String(most)}\n]`;
  const message = `Invalid value '${String(pageSize)}'. Values must be within the range: ${range}`;
  return new ApiError(400, { reason: 'invalidParameter', message, location: 'page_size' });
}

/** The login does not cover the method. */
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
