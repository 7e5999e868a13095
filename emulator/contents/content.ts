import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';

/** Bytes that are read in parts. */
export interface Content {
  readonly size: number;
  /** The bytes from `start` up to, but not including, `end`. */
  read(start: number, end: number): Uint8Array;
}

/** The checksums and the size of a content, as fields of a file. */
export interface ContentFacts {
  size: string;
  md5Checksum: string;
  sha1Checksum: string;
  sha256Checksum: string;
}

/** Content in memory. */
export function bytesContent(bytes: Uint8Array): Content {
  return { size: bytes.length, read: (start, end) => bytes.subarray(start, end) };
}

/** Content of a local file, which is opened for each part. */
export function fileContent(path: string, size: number): Content {
  return { size, read: (start, end) => readPart(path, start, end) };
}

function readPart(path: string, start: number, end: number): Uint8Array {
  const bytes = new Uint8Array(end - start);
  const file = openSync(path, 'r');
  try {
    const count = readSync(file, bytes, 0, bytes.length, start);
    if (count < bytes.length) throw new Error(`${path} became shorter`);
    return bytes;
  } finally {
    closeSync(file);
  }
}

/** Computes the checksums of bytes. */
export function factsOf(bytes: Uint8Array): ContentFacts {
  const digest = (algorithm: string): string => createHash(algorithm).update(bytes).digest('hex');
  return {
    size: String(bytes.length),
    md5Checksum: digest('md5'),
    sha1Checksum: digest('sha1'),
    sha256Checksum: digest('sha256'),
  };
}
