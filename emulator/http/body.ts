import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const compress = promisify(gzip);
/** The fastest level. */
const LEVEL = 1;
/** Room for the bytes that gzip adds to incompressible input. */
const SLACK_BYTES = 1024;

/** A body with its own compression, for example because parts of it are already compressed. */
export interface PackedBody {
  /** The uncompressed body. */
  readonly bytes: Buffer;
  /** The body as one gzip member, in consecutive parts. */
  gzip(): Promise<readonly Buffer[]>;
}

/** The body of a response. */
export type Body = string | Buffer | PackedBody;

/** True for a body; false for a document that is not yet JSON text. */
export function isBody(value: unknown): value is Body {
  if (typeof value === 'string' || Buffer.isBuffer(value)) return true;
  return typeof value === 'object' && value !== null && 'gzip' in value && typeof value.gzip === 'function';
}

/** The uncompressed body. */
export function bytesOf(body: Body): Buffer {
  if (typeof body === 'string') return Buffer.from(body);
  return Buffer.isBuffer(body) ? body : body.bytes;
}

/** The body as one gzip member, in consecutive parts. */
export async function gzipBody(body: Body): Promise<readonly Buffer[]> {
  if (typeof body === 'object' && !Buffer.isBuffer(body)) return body.gzip();
  const bytes = bytesOf(body);
  // zlib switches threads for each chunk of output, so the whole output is one chunk.
  return [await compress(bytes, { level: LEVEL, chunkSize: bytes.length + SLACK_BYTES })];
}
