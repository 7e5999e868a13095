// A text in pieces, some of which were compressed before: together they are one gzip member.
import { constants, crc32, deflateRawSync } from 'node:zlib';

const LEVEL = 1;
/** Room for what DEFLATE adds to bytes that it cannot compress. */
const SLACK_BYTES = 1024;
/** The longest block that DEFLATE can store without compression. */
const MOST_STORED = 0xffff;
/** https://datatracker.ietf.org/doc/html/rfc1952#section-2.3.1: deflated, no time, of an unknown system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff]);
/** An empty block that is marked as the last. */
const LAST_BLOCK = Buffer.from([0x03, 0x00]);

/** A piece that was not compressed before. */
export function plainPiece(text) {
  return { bytes: Buffer.from(text) };
}

/** Compresses a piece by itself, so that it can stand anywhere in a text. */
export function packPiece(bytes) {
  // zlib goes back and forth between threads for each piece of output, so there is one.
  const options = {
    level: LEVEL,
    chunkSize: bytes.length + SLACK_BYTES,
    finishFlush: constants.Z_SYNC_FLUSH,
  };
  return { bytes, blocks: deflateRawSync(bytes, options) };
}

/** Bytes without compression, in blocks of DEFLATE: https://datatracker.ietf.org/doc/html/rfc1951#section-3.2.4 */
function* storedBlocks(bytes) {
  for (let from = 0; from < bytes.length; from += MOST_STORED) {
    const part = bytes.subarray(from, from + MOST_STORED);
    const header = Buffer.alloc(5);
    header.writeUInt16LE(part.length, 1);
    header.writeUInt16LE(part.length ^ MOST_STORED, 3);
    yield header;
    yield part;
  }
}

/** The body of an answer, as the emulator takes it from a page writer. */
export class PackedText {
  #pieces;

  constructor(pieces) {
    this.#pieces = pieces;
  }

  get bytes() {
    return Buffer.concat(this.#pieces.map(({ bytes }) => bytes));
  }

  /** Pieces that were not compressed before are not compressed now either. */
  async gzip() {
    const parts = [GZIP_HEADER];
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
