import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';
import { ApiError, invalidValue } from '../http/api-error';

/** The position of a listing: after the file with these sort values; undefined means the start. */
export type ListPosition = { values: readonly (string | number)[]; key: number } | undefined;

interface Sealed {
  position: ListPosition | null;
  binding: string;
  issuedAt: number;
}

const PREFIX = '~!!~';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const CIPHER = 'aes-128-gcm';

/**
 * Page tokens that clients cannot read, forge or use with other parameters. They hold a position in the
 * current order of the files, not a snapshot, as Drive's tokens seem to.
 */
export class PageTokens {
  readonly #secret = randomBytes(16);
  readonly #ttlMs: number;
  readonly #now: () => number;
  #expired = 0;

  constructor(ttlMs: number, now: () => number) {
    this.#ttlMs = ttlMs;
    this.#now = now;
  }

  /** Creates the page token of a position; it is valid for requests with the same parameters. */
  seal(position: ListPosition, parameters: string): string {
    const sealed: Sealed = { position: position ?? null, binding: digest(parameters), issuedAt: this.#now() };
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv(CIPHER, this.#secret, nonce);
    const text = Buffer.concat([cipher.update(JSON.stringify(sealed)), cipher.final()]);
    return PREFIX + Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
  }

  /**
   * Decodes the position of a page token.
   * @throws ApiError for a forged or expired token, and for one of other parameters.
   */
  open(token: string, parameters: string): ListPosition {
    const { position, binding, issuedAt } = this.#unseal(token);
    if (binding !== digest(parameters)) throw invalidValue('pageToken');
    if (this.#now() - issuedAt >= this.#ttlMs) throw this.#expiredToken();
    return position ?? undefined;
  }

  #unseal(token: string): Sealed {
    try {
      const bytes = Buffer.from(token.slice(PREFIX.length), 'base64url');
      const decipher = createDecipheriv(CIPHER, this.#secret, bytes.subarray(0, NONCE_BYTES));
      decipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      const text = Buffer.concat([
        decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)),
        decipher.final(),
      ]);
      const sealed: unknown = JSON.parse(text.toString());
      if (isSealed(sealed)) return sealed;
      throw invalidValue('pageToken');
    } catch {
      throw invalidValue('pageToken');
    }
  }

  /** Drive has been seen to return either error for expired tokens, so they alternate. */
  #expiredToken(): ApiError {
    if (this.#expired++ % 2 === 1) return invalidValue('pageToken');
    const message = 'The specified page token has expired, and can no longer be used.';
    return new ApiError(403, { reason: 'pageTokenExpired', message });
  }
}

/** The cipher authenticates the token, so its contents come from `seal`. */
function isSealed(value: unknown): value is Sealed {
  return typeof value === 'object' && value !== null && 'binding' in value;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
