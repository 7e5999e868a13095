import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode, errorMessage, UserError } from '../../errors';
import type { Context } from '../shared/context';

const CHUNK_LENGTH = 65_536;

/**
 * Writes lines to a file (`output`) or to stdout, with backpressure and in constant memory. Returns false if
 * the reader closed the pipe early, as `head` does.
 * @throws UserError if the file cannot be written.
 */
export async function writeLines(
  lines: Iterable<string>,
  { streams: { stdout }, signal }: Pick<Context, 'streams' | 'signal'>,
  output?: string,
): Promise<boolean> {
  const chunks = Readable.from(inChunks(lines));
  try {
    if (output === undefined) await pipeline(chunks, stdout, { end: false, signal });
    else await pipeline(chunks, await openFile(output), { signal });
    return true;
  } catch (error) {
    if (errorCode(error) === 'EPIPE' || errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE') return false;
    throw error;
  }
}

async function openFile(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    throw new UserError(`cannot write to ${path}: ${errorMessage(error)}`, { cause: error });
  }
}

/** Joins lines to chunks: one write per line would cost more than making the line. */
function* inChunks(lines: Iterable<string>): IterableIterator<string> {
  let chunk = '';
  for (const line of lines) {
    chunk += `${line}\n`;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
