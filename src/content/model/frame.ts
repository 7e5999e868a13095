/**
 * The messages between the process and its extractors. A frame is the length of its header (4 bytes, big-endian),
 * the header (JSON), and binary parts, whose lengths are the header's field `parts`.
 */

/** A frame as it was read. */
export interface Frame {
  header: Readonly<Record<string, unknown>>;
  parts: readonly Buffer[];
}

/** The stream does not consist of frames, or one is larger than allowed. */
export class FrameError extends Error {
  override readonly name = 'FrameError';
}

const LENGTH_BYTES = 4;

/** Encodes a frame as the buffers to send in order. */
export function encodeFrame(header: object, parts: readonly Uint8Array[] = []): Uint8Array[] {
  const json = Buffer.from(JSON.stringify({ ...header, parts: parts.map((part) => part.byteLength) }));
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(json.length);
  return [length, json, ...parts];
}

/** Puts frames together from the pieces of a stream. No frame is larger than `largest` bytes. */
export class FrameReader {
  readonly #largest: number;
  #pieces: Buffer[] = [];
  #length = 0;
  /** How many bytes are needed before looking again. */
  #needed = LENGTH_BYTES;

  constructor(largest: number) {
    this.#largest = largest;
  }

  /**
   * Takes a piece of the stream and returns the frames that it completes.
   * @throws FrameError if the stream is no sequence of frames.
   */
  push(piece: Buffer): Frame[] {
    this.#pieces.push(piece);
    this.#length += piece.length;
    const frames: Frame[] = [];
    while (this.#length >= this.#needed) {
      const frame = this.#next();
      if (frame !== undefined) frames.push(frame);
    }
    return frames;
  }

  /** True if a frame has begun and not ended. */
  get isInside(): boolean {
    return this.#length > 0;
  }

  /** Returns the next frame if it is complete; otherwise raises `#needed`. */
  #next(): Frame | undefined {
    const bytes = this.#joined();
    const headerEnd = LENGTH_BYTES + bytes.readUInt32BE(0);
    if (!this.#has(headerEnd)) return undefined;
    const header = headerOf(bytes.subarray(LENGTH_BYTES, headerEnd));
    const lengths = lengthsOf(header);
    if (!this.#has(lengths.reduce((sum, length) => sum + length, headerEnd))) return undefined;
    let at = headerEnd;
    const parts = lengths.map((length) => bytes.subarray(at, (at += length)));
    this.#pieces = [bytes.subarray(at)];
    this.#length -= at;
    this.#needed = LENGTH_BYTES;
    return { header, parts };
  }

  #has(end: number): boolean {
    if (end > this.#largest) throw new FrameError('a frame is too large');
    this.#needed = end;
    return this.#length >= end;
  }

  #joined(): Buffer {
    const bytes = this.#pieces.length === 1 ? this.#pieces[0] : undefined;
    const joined = bytes ?? Buffer.concat(this.#pieces);
    this.#pieces = [joined];
    return joined;
  }
}

function headerOf(bytes: Buffer): Readonly<Record<string, unknown>> {
  try {
    const header: unknown = JSON.parse(bytes.toString());
    if (typeof header === 'object' && header !== null) return { ...header };
  } catch {
    // The next line says so.
  }
  throw new FrameError('a header is no JSON object');
}

function lengthsOf(header: Readonly<Record<string, unknown>>): number[] {
  const lengths = header['parts'];
  if (!Array.isArray(lengths) || !lengths.every(isLength)) throw new FrameError('a header names no parts');
  return lengths;
}

function isLength(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
