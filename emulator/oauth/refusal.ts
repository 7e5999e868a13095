/** A request that Google's OAuth server refuses; programs get it as JSON, people as a page. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  /** The code of RFC 6749, such as `invalid_grant`. */
  readonly code: string;

  constructor(status: number, code: string, description: string) {
    super(description);
    this.status = status;
    this.code = code;
  }
}

/** What was granted does not allow this, or not any more. */
export function invalidGrant(description: string): Refusal {
  return new Refusal(400, 'invalid_grant', description);
}

/** The request itself is wrong. */
export function invalidRequest(description: string): Refusal {
  return new Refusal(400, 'invalid_request', description);
}

/** The request lacks a parameter. */
export function missingParameter(name: string): Refusal {
  return invalidRequest(`Missing required parameter: ${name}`);
}
