import { promisify } from 'node:util';
import { constants, crc32, deflateRaw, deflateRawSync, gzip } from 'node:zlib';

const compress = promisify(gzip);
const deflate = promisify(deflateRaw);
const LEVEL = 1;
const LEAST_CHUNK = 1024;
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
  return { bytes, blocks: deflateRawSync(bytes, pieceOptions(bytes)) };
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

  /** The text as one gzip member, compressed as fast as can be. */
  async gzip(): Promise<Buffer> {
    if (this.#pieces.every(({ blocks }) => blocks === undefined)) {
      const { bytes } = this;
      return await compress(bytes, wholeOptions(bytes));
    }
    const blocks = this.#pieces.map(
      async ({ bytes, blocks: packed }) => packed ?? (await deflate(bytes, pieceOptions(bytes))),
    );
    let sum = 0;
    let length = 0;
    for (const { bytes } of this.#pieces) {
      sum = crc32(bytes, sum);
      length += bytes.length;
    }
    const trailer = Buffer.alloc(8);
    trailer.writeUInt32LE(sum, 0);
    trailer.writeUInt32LE(length, 4);
    return Buffer.concat([GZIP_HEADER, ...(await Promise.all(blocks)), LAST_BLOCK, trailer]);
  }
}

/** One piece of output: zlib goes back and forth between threads for each. */
function wholeOptions(bytes: Buffer): { level: number; chunkSize: number } {
  return { level: LEVEL, chunkSize: bytes.length + LEAST_CHUNK };
}

function pieceOptions(bytes: Buffer): { level: number; chunkSize: number; finishFlush: number } {
  return { ...wholeOptions(bytes), finishFlush: constants.Z_SYNC_FLUSH };
}
