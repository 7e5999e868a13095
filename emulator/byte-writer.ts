import { PackedText, type Piece } from './packed-text';

const BYTES_PER_CHARACTER = 3;
/** Little, as beside pieces that were written before there is little to write. */
const FIRST_BYTES = 1 << 11;

/** Collects text as UTF-8; piece by piece, since a piece that is all ASCII turns into bytes several times faster. */
export class ByteWriter {
  /** What was written since the last piece that was taken over. */
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #length = 0;
  readonly #pieces: Piece[] = [];

  write(text: string): void {
    this.#reserve(text.length * BYTES_PER_CHARACTER);
    this.#length += this.#bytes.write(text, this.#length);
  }

  /** Bytes since the last piece that was taken over. */
  get length(): number {
    return this.#length;
  }

  /** Takes over a piece that was written before. */
  add(piece: Piece): void {
    this.#end();
    this.#pieces.push(piece);
  }

  /** What was written so far. */
  get text(): PackedText {
    this.#end();
    return new PackedText(this.#pieces);
  }

  #end(): void {
    if (this.#length === 0) return;
    this.#pieces.push({ bytes: this.#bytes.subarray(0, this.#length) });
    this.#bytes = this.#bytes.subarray(this.#length);
    this.#length = 0;
  }

  #reserve(more: number): void {
    const needed = this.#length + more;
    if (needed <= this.#bytes.length) return;
    const bytes = Buffer.allocUnsafe(needed * 2);
    this.#bytes.copy(bytes, 0, 0, this.#length);
    this.#bytes = bytes;
  }
}
