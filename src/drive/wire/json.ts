import { isAscii, isUtf8, transcode } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { errorCode } from '../../errors';
import { SyncFailure } from '../../model/failure';
import type { JsonObject } from '../../model/values';

/** The failure of a 200 response with an invalid body: cut short, a proxy's HTML, another kind. */
export function malformed(detail: string): SyncFailure {
  return new SyncFailure('malformed', { detail });
}

/** The body of an answer as received. */
export interface RawBody {
  bytes: Uint8Array;
  gzip: boolean;
}

/** The body of a page, and when it was requested. */
export interface PageBody extends RawBody {
  /** A time by Drive's clock, in ms since 1970, no later than the sending of the request. */
  sentAt: number;
}

/**
 * The largest body that we read, both as received and inflated, in bytes: 1000 files with descriptions of 60
 * KB each.
 */
export const LARGEST_BODY = 64 * 1024 * 1024;
/** The same for the body of an error. */
export const LARGEST_ERROR_BODY = 1024 * 1024;

/** Detects compression by the first bytes: a proxy may have changed it without changing the header. */
export function withEncoding(bytes: Uint8Array): RawBody {
  return { bytes, gzip: bytes[0] === 0x1f && bytes[1] === 0x8b };
}

/** Parses the text of a JSON object, as `parseJson` does. */
export function parseObject(text: string): JsonObject {
  const value = parseJson(text);
  if (!isObject(value)) throw malformed('the answer is not a JSON object');
  return value;
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The most memory that a declared length may reserve: a damaged one must not allocate gigabytes. */
const LARGEST_EXPECTED = 16 * 1024 * 1024;
/** A gzip file ends with the length of its content: https://www.rfc-editor.org/rfc/rfc1952 */
const LENGTH_BYTES = 4;
const LEAST_CHUNK = 1024;
const BYTE_ORDER_MARK = Buffer.from('\uFEFF');

/**
 * The bytes of an answer's text: inflated, valid UTF-8, without a byte order mark.
 * @throws SyncFailure of kind `malformed` if it is not valid gzip, `too-large` if it inflates to more than
 * `most` bytes.
 */
export function plainBytes({ bytes, gzip }: RawBody, most: number = LARGEST_BODY): Buffer {
  const plain = asBuffer(gzip ? unzip(bytes, most) : bytes);
  if (!isUtf8(plain)) return Buffer.from(new TextDecoder().decode(plain));
  const start = plain.subarray(0, BYTE_ORDER_MARK.length).equals(BYTE_ORDER_MARK)
    ? BYTE_ORDER_MARK.length
    : 0;
  return plain.subarray(start);
}

/**
 * Frees memory at once. The garbage collector may run late, because there is little other garbage. The bytes
 * are gone afterwards.
 */
export function release({ buffer }: Uint8Array): void {
  // Transferring moves the memory to a short-lived object. Smaller buffers may share Node's pool.
  if (buffer.byteLength > Buffer.poolSize) structuredClone(undefined, { transfer: [buffer as ArrayBuffer] });
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

/** One chunk of the right size saves concatenating pieces. */
function unzip(bytes: Uint8Array, most: number): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = bytes;
    const length = new DataView(buffer, byteOffset, byteLength).getUint32(byteLength - LENGTH_BYTES, true);
    const chunkSize = Math.max(LEAST_CHUNK, Math.min(room(length), LARGEST_EXPECTED, most));
    return gunzipSync(bytes, { chunkSize, maxOutputLength: most });
  } catch (error) {
    if (errorCode(error) === 'ERR_BUFFER_TOO_LARGE') throw new SyncFailure('too-large');
    throw malformed('the answer is not valid gzip');
  }
}

/**
 * Rounds up to a power of two, so that pages of similar size reuse an allocation instead of fragmenting the
 * heap.
 */
function room(length: number): number {
  return 2 ** Math.ceil(Math.log2(length + 1));
}

/** Decodes valid UTF-8 by way of UTF-16, which takes a third of the time of decoding directly. */
export function textOf(bytes: Buffer): string {
  if (isAscii(bytes)) return bytes.toString('latin1');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

/** Parses JSON; lone surrogates become U+FFFD. */
export function parseJson(text: string): unknown {
  const value = parsed(text);
  // Most answers have no escapes at all, which is the faster check.
  return text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text) ? wellFormedValue(value) : value;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message would quote the text, which contains file names.
    throw malformed('the answer is not valid JSON');
  }
}

/** The object with every lone surrogate replaced by U+FFFD. */
export function wellFormed(object: JsonObject): JsonObject {
  return wellFormedValue(object) as JsonObject;
}

function wellFormedValue(value: unknown): unknown {
  if (typeof value === 'string') return wellFormedText(value);
  if (Array.isArray(value)) return value.map(wellFormedValue);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [wellFormedText(key), wellFormedValue(inner)]),
  );
}

function wellFormedText(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}
