const BYTES_PER_CHARACTER = 3;
const FIRST_BYTES = 1 << 11;

/**
 * Collects text as UTF-8. Node encodes ASCII text several times faster, so callers write items one by one.
 */
export class ByteWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;

  write(text: string): void {
    this.#reserve(text.length * BYTES_PER_CHARACTER);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** The bytes so far. */
  get bytes(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(needed * 2);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
