/** An error of the OAuth server. Clients get it as JSON, users as an HTML page. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** The error code of RFC 6749, such as `invalid_grant`. */
  readonly code: string;

  constructor(status: number, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }
}

/** The grant is invalid, expired or revoked. */
export function invalidGrant(description: string): Refusal {
  return new Refusal(400, 'invalid_grant', description);
}

/** The request is malformed. */
export function invalidRequest(description: string): Refusal {
  return new Refusal(400, 'invalid_request', description);
}

/** The request lacks a required parameter. */
export function missingParameter(name: string): Refusal {
  return invalidRequest(`Missing required parameter: ${name}`);
}
