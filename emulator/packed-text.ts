import { promisify } from 'node:util';
import { constants, crc32, deflateRawSync, gzip } from 'node:zlib';

const compress = promisify(gzip);
const LEVEL = 1;
const LEAST_CHUNK = 1024;
/** Of a block that is not compressed. */
const MOST_STORED = 0xffff;
/** https://datatracker.ietf.org/doc/html/rfc1952#section-2.3.1: deflated, no time, of an unknown system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty block that says that it is the last. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** A part of a text, which may have been compressed before. */
export interface Piece {
  bytes: Buffer;
  /** The same as whole blocks of DEFLATE, none of them the last. */
  blocks?: Buffer;
}

/** Compresses a part of a text by itself, so that it can stand anywhere in it. */
export function packPiece(bytes: Buffer): Required<Piece> {
  const blocks = deflateRawSync(bytes, { ...wholeOptions(bytes), finishFlush: constants.Z_SYNC_FLUSH });
  return { bytes, blocks };
}

/** Bytes as they are, in blocks of DEFLATE: https://datatracker.ietf.org/doc/html/rfc1951#section-3.2.4 */
function* storedBlocks(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += MOST_STORED) {
    const part = bytes.subarray(from, from + MOST_STORED);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(part.length, 1);
    header.writeUInt16LE(part.length ^ MOST_STORED, 3);
    yield header;
    yield part;
  }
}

/** A text as UTF-8, in pieces. */
export class PackedText {
  readonly #pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  get isEmpty(): boolean {
    return this.#pieces.every(({ bytes }) => bytes.length === 0);
  }

  /** The text itself. */
  get bytes(): Buffer {
    const [first] = this.#pieces;
    if (first !== undefined && this.#pieces.length === 1) return first.bytes;
    return Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
  }

  /** The text as one gzip member, in parts, compressed as fast as can be: beside pieces that were compressed before, the others stay as they are. */
  async gzip(): Promise<Buffer[]> {
    if (this.#pieces.every(({ blocks }) => blocks === undefined)) {
      const { bytes } = this;
      return [await compress(bytes, wholeOptions(bytes))];
    }
    const parts: Buffer[] = [GZIP_HEADER];
    let sum = 0;
    let length = 0;
    for (const { bytes, blocks } of this.#pieces) {
      if (blocks === undefined) parts.push(...storedBlocks(bytes));
      else parts.push(blocks);
      sum = crc32(bytes, sum);
      length += bytes.length;
    }
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(sum, 0);
    trailer.writeUInt32LE(length, 4);
    parts.push(LAST_BLOCK, trailer);
    return parts;
  }
}

/** One piece of output: zlib goes back and forth between threads for each. */
function wholeOptions(bytes: Buffer): { level: number; chunkSize: number } {
  return { level: LEVEL, chunkSize: bytes.length + LEAST_CHUNK };
}
