import type { ByteWriter } from './byte-writer';
import type { Corpus } from './corpus/corpus';
import type { FileRenderer } from './file-renderer';

const CHUNK_BYTES = 1 << 26;

/** Files as they were written with one mask, kept as bytes until anything changes in the corpus: about a kilobyte each. */
export class KeptFiles {
  readonly #corpus: Corpus;
  readonly #render: FileRenderer;
  #revision = -1;
  #chunks: Buffer[] = [];
  /** Bytes used of the last chunk. */
  #used = 0;
  /** By slot: the chunk of its text, where it begins there, and its length; 0 = not kept. */
  #places = new Uint32Array(0);

  constructor(corpus: Corpus, render: FileRenderer) {
    this.#corpus = corpus;
    this.#render = render;
  }

  /** Writes the file in a slot. */
  write(slot: number, writer: ByteWriter): void {
    if (this.#revision !== this.#corpus.revision) this.#forget();
    const at = 3 * slot;
    if (this.#places[at + 2] === 0) this.#keep(slot);
    const [chunk = 0, from = 0, length = 0] = this.#places.subarray(at, at + 3);
    const bytes = this.#chunks[chunk];
    if (bytes !== undefined) writer.copy(bytes, from, from + length);
  }

  #forget(): void {
    this.#revision = this.#corpus.revision;
    this.#places = new Uint32Array(3 * this.#corpus.slotCount);
    this.#chunks = [];
    this.#used = CHUNK_BYTES;
  }

  #keep(slot: number): void {
    const text = Buffer.from(this.#render(slot));
    if (this.#used + text.length > CHUNK_BYTES) {
      this.#chunks.push(Buffer.allocUnsafe(Math.max(CHUNK_BYTES, text.length)));
      this.#used = 0;
    }
    const chunk = this.#chunks.length - 1;
    this.#chunks[chunk]?.set(text, this.#used);
    this.#places.set([chunk, this.#used, text.length], 3 * slot);
    this.#used += text.length;
  }
}
