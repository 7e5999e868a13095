import { isAscii, isUtf8, transcode } from 'node:buffer';
import { gunzipSync } from 'node:zlib';
import { SyncFailure } from '../../model/failure';
import type { JsonObject } from '../../model/file';

/** The failure of a 200 whose body is not what it should be: cut short, a proxy's HTML, another kind. */
export function malformed(detail: string): SyncFailure {
  return new SyncFailure('malformed', { detail });
}

/** The bytes of an answer as they came over the wire. */
export interface RawBody {
  bytes: Uint8Array;
  gzip: boolean;
}

/** Parses an answer's bytes into a JSON object. Lone surrogates, which no UTF-8 file can hold, become U+FFFD. */
export function parseBody({ bytes, gzip }: RawBody): JsonObject {
  const text = toText(gzip ? unzip(bytes) : bytes);
  const value = parseJson(text);
  if (!isObject(value)) throw malformed('the answer is not a JSON object');
  // Most answers have no escapes at all, which is sooner seen than that none is a surrogate's.
  return text.includes('\\u') && /\\u[dD][89a-fA-F]/.test(text) ? wellFormed(value) : value;
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The largest answer that memory is set aside for before it has come: a damaged length must not ask for gigabytes. */
const LARGEST_EXPECTED = 16 * 1024 * 1024;
/** A gzip file ends with the length of what is in it: https://www.rfc-editor.org/rfc/rfc1952 */
const LENGTH_BYTES = 4;
const LEAST_CHUNK = 1024;
/** Bytes that become text at once. */
const PIECE = 48 * 1024;
const BYTE_ORDER_MARK = '\uFEFF';

/** Given the length at the start, nothing has to be put together from pieces. */
function unzip(bytes: Uint8Array): Uint8Array {
  try {
    const { buffer, byteOffset, byteLength } = bytes;
    const length = new DataView(buffer, byteOffset, byteLength).getUint32(byteLength - LENGTH_BYTES, true);
    return gunzipSync(bytes, { chunkSize: Math.max(LEAST_CHUNK, Math.min(room(length), LARGEST_EXPECTED)) });
  } catch {
    throw malformed('the answer is not valid gzip');
  }
}

/** Pages of about the same length get the same memory again, which would be left in shreds else. */
function room(length: number): number {
  return 2 ** Math.ceil(Math.log2(length + 1));
}

/** Bytes as text, without a byte order mark; in pieces, because Node keeps a text of a megabyte and more outside of the heap, where it stays longer. */
function toText(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) return new TextDecoder().decode(bytes);
  const pieces: string[] = [];
  for (let from = 0; from < bytes.length;) {
    const to = characterStart(bytes, from + PIECE);
    pieces.push(pieceOf(bytes.subarray(from, to)));
    from = to;
  }
  const text = pieces.join('');
  return text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text;
}

/** The last place up to `at` at which a character of valid UTF-8 starts; past the end, the end. */
function characterStart(bytes: Uint8Array, at: number): number {
  if (at >= bytes.length) return bytes.length;
  let start = at;
  while (((bytes[start] ?? 0) & 0xc0) === 0x80) start -= 1;
  return start;
}

/** By way of UTF-16, which takes a third of the time of decoding at once. */
function pieceOf(bytes: Uint8Array): string {
  if (isAscii(bytes)) return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  return transcode(bytes, 'utf8', 'utf16le').toString('utf16le');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's message quotes the text, which holds file names.
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
