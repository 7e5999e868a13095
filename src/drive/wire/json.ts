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
  const text = decodeText(bytes, gzip);
  const value = parseJson(text);
  if (!isObject(value)) throw malformed('the answer is not a JSON object');
  return /\\u[dD][89a-fA-F]/.test(text) ? wellFormed(value) : value;
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function decodeText(bytes: Uint8Array, gzip: boolean): string {
  try {
    return new TextDecoder().decode(gzip ? gunzipSync(bytes) : bytes);
  } catch {
    throw malformed('the answer is not valid gzip');
  }
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
