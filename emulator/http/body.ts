import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
/** The fastest one. */
const LEVEL = 1;
/** Room for what gzip adds to bytes that it cannot compress. */
const SLACK_BYTES = 1024;

/** A body that compresses itself, for example because parts of it are compressed already. */
export interface PackedBody {
  /** The body without compression. */
  readonly bytes: Buffer;
  /** The body as one gzip member, in consecutive parts. */
  gzip(): Promise<readonly Buffer[]>;
}

/** The body of an answer. */
export type Body = string | Buffer | PackedBody;

/** True if a value is a body already and not a document that is still to be written as JSON. */
export function isBody(value: unknown): value is Body {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return true;
  return typeof value === 'object' && value !== null && 'gzip' in value && typeof value.gzip === 'function';
}

/** The body without compression. */
export function bytesOf(body: Body): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.isBuffer(body) ? body : body.bytes;
}

/** The body as one gzip member, in consecutive parts. */
export async function gzipBody(body: Body): Promise<readonly Buffer[]> {
  if (typeof body === 'object' && !Buffer.isBuffer(body)) return body.gzip();
  const bytes = bytesOf(body);
  // zlib switches threads for every chunk of output, so the whole output is one chunk.
  return [await compress(bytes, { level: LEVEL, chunkSize: bytes.length + SLACK_BYTES })];
}
