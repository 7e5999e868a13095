import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode } from '../../errors';
import type { Context } from '../shared/context';

const CHUNK_LENGTH = 65_536;

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

/** Joins lines to chunks: one write per line would cost more than making the line. */
export function* inChunks(lines: Iterable<string>): IterableIterator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
