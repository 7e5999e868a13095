import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../errors';
import type { Context } from '../shared/context';

const CHUNK_BYTES = 131_072;
/** UTF-8 needs at most three bytes for a UTF-16 code unit. */
const MOST_BYTES_A_UNIT = 3;

/**
 * Writes lines to stdout, with backpressure and in constant memory. Returns false if the reader closed the
 * pipe early, as `head` does.
 */
export async function writeLines(
  lines: Iterable<string>,
  { streams: { stdout }, signal }: Pick<Context, 'streams' | 'signal'>,
): Promise<boolean> {
  try {
    await pipeline(Readable.from(inChunks(lines)), stdout, { end: false, signal });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EPIPE' || errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE') return false;
    throw error;
  }
}

/** Encodes lines in chunks: one write per line would cost more than making the line. */
export function* inChunks(lines: Iterable<string>): IterableIterator<Buffer> {
  let chunk = Buffer.allocUnsafe(CHUNK_BYTES);
  let end = 0;
  for (const line of lines) {
    const mostBytes = line.length * MOST_BYTES_A_UNIT + 1;
    if (end + mostBytes > chunk.length) {
      if (end > 0) yield chunk.subarray(0, end);
      chunk = Buffer.allocUnsafe(Math.max(CHUNK_BYTES, mostBytes));
      end = 0;
    }
    end += chunk.write(line, end);
    end += chunk.write('\n', end);
  }
  if (end > 0) yield chunk.subarray(0, end);
}
