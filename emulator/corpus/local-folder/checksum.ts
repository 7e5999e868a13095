import { createHash } from 'node:crypto';
import { createReadStream, readFileSync } from 'node:fs';

/** Drive's checksums of a file, in hexadecimal. */
export interface Checksums {
  md5Checksum: string;
  sha1Checksum: string;
  sha256Checksum: string;
}

/**
 * Larger files are streamed. Smaller ones are read synchronously, which saves a turn of the event loop for
 * each.
 */
const MOST_AT_ONCE = 1 << 20;

/** Computes the checksums of a file. */
export async function checksumFile(
  path: string,
  size: number,
): Promise<Checksums | 'unreadable' | 'vanished'> {
  const hashes = [createHash('md5'), createHash('sha1'), createHash('sha256')] as const;
  try {
    const chunks =
      size <= MOST_AT_ONCE ? [readFileSync(path)] : createReadStream(path, { highWaterMark: MOST_AT_ONCE });
    for await (const chunk of chunks) {
      if (Buffer.isBuffer(chunk)) for (const hash of hashes) hash.update(chunk);
    }
  } catch (error) {
    return isMissing(error) ? 'vanished' : 'unreadable';
  }
  const [md5, sha1, sha256] = hashes;
  return {
    md5Checksum: md5.digest('hex'),
    sha1Checksum: sha1.digest('hex'),
    sha256Checksum: sha256.digest('hex'),
  };
}

function isMissing(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'ENOENT';
}
