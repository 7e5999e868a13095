import { createWriteStream, realpathSync, renameSync, rmSync, statSync, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { errorCode, errorMessage, EXIT, UserError } from '../../errors';
import type { Context } from '../shared/context';
import { inChunks } from './line-stream';

/**
 * Writes lines to a file. They go to a draft beside it, which is renamed when it is complete, so a
 * reader sees the old content or the new. A device or a named pipe is written to directly.
 * @throws UserError if the file cannot be written, or exists and `force` is not set.
 */
export async function writeToFile(
  lines: Iterable<string>,
  { signal }: Pick<Context, 'signal'>,
  { path, force }: { path: string; force: boolean },
): Promise<void> {
  const existing = statSync(path, { throwIfNoEntry: false });
  if (existing?.isFile() === true && !force)
    throw new UserError(`the file ${path} exists`, {
      hint: 'use --force to overwrite it, or choose another name',
      exitCode: EXIT.usage,
    });
  const isDirect = existing !== undefined && !existing.isFile();
  const place = existing === undefined ? path : realpathSync(path);
  const draft = isDirect ? path : `${place}.${String(process.pid)}.new`;
  const stream = await open(draft, path);
  try {
    await pipeline(Readable.from(inChunks(lines)), stream, { signal });
    if (!isDirect) renameSync(draft, place);
  } catch (error) {
    if (!isDirect) rmSync(draft, { force: true });
    throw error;
  }
}

/** The system's own message names the draft, which nobody knows. */
const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'its folder does not exist',
  ENOTDIR: 'its folder is a file',
  EACCES: 'access is denied',
  EROFS: 'the disk is read-only',
};

async function open(draft: string, path: string): Promise<WriteStream> {
  const stream = createWriteStream(draft);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    const reason = REASONS[errorCode(error) ?? ''] ?? errorMessage(error);
    throw new UserError(`cannot write to ${path}: ${reason}`, {
      hint: 'choose a folder that exists and that you may write to',
      cause: error,
    });
  }
}
