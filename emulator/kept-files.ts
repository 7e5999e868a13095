import { ByteWriter } from './byte-writer';
import type { Corpus } from './corpus/corpus';
import { hash } from './corpus/hash';
import type { FileRenderer } from './file-renderer';
import { packPiece, type Piece } from './packed-text';

/** Files that a run has on average: so few that the ends of a page, which are parts of runs, are little of it. */
const FILES_A_RUN = 32;
const RUN_SALT = 0x51;

/** Files that follow on each other in a listing, each with what separates it from the one before. */
interface Run {
  slots: readonly number[];
  separator: string;
  piece: Piece;
  /** Where each file ends in the bytes. */
  ends: readonly number[];
}

/**
 * Files as they were written with one mask, in runs that are kept as bytes and compressed until anything changes in the corpus: a kilobyte and a half for
 * each file. Where a run begins depends on its first file only, so that listings that begin anywhere have the same ones.
 */
export class KeptFiles {
  readonly #corpus: Corpus;
  readonly #render: FileRenderer;
  #revision = -1;
  /** By the first slot. */
  readonly #runs = new Map<number, Run>();
  /** What was left of runs at the end of a page: by the first slot but one, since a page writes its first file by itself. */
  readonly #rests = new Map<number, Run>();

  constructor(corpus: Corpus, render: FileRenderer) {
    this.#corpus = corpus;
    this.#render = render;
  }

  /** Writes the files of a page after its first, each with the separator before it. */
  write(slots: readonly number[], separator: string, writer: ByteWriter): void {
    if (this.#revision !== this.#corpus.revision) {
      this.#runs.clear();
      this.#rests.clear();
    }
    this.#revision = this.#corpus.revision;
    const starts = slots.flatMap((slot, index) => (isStart(slot) ? [index] : []));
    this.#writeRest(slots.slice(0, starts[0]), separator, writer);
    for (const [place, start] of starts.entries()) {
      const end = starts[place + 1];
      const run = slots.slice(start, end);
      if (end === undefined) this.#writeLast(run, separator, writer);
      else this.#writeRun(run, separator, writer);
    }
  }

  /** Returns where each file ends in the writer. */
  #writeSome(slots: readonly number[], separator: string, writer: ByteWriter): number[] {
    return slots.map((slot) => {
      writer.write(separator + this.#render(slot));
      return writer.length;
    });
  }

  #writeRest(slots: readonly number[], separator: string, writer: ByteWriter): void {
    const [first = -1] = slots;
    const run = this.#rests.get(first);
    const from = run?.slots.indexOf(first) ?? 0;
    if (run?.separator === separator && isSame(run.slots.slice(from), slots))
      writer.add({ bytes: run.piece.bytes.subarray(run.ends[from - 1]) });
    else this.#writeSome(slots, separator, writer);
  }

  /** Nobody knows how the last run of a page goes on, unless it was written before. */
  #writeLast(slots: readonly number[], separator: string, writer: ByteWriter): void {
    const { length } = slots;
    const [first = -1] = slots;
    const run = this.#runs.get(first);
    if (run?.separator !== separator || !isSame(run.slots.slice(0, length), slots)) {
      this.#writeSome(slots, separator, writer);
      return;
    }
    writer.add({ bytes: run.piece.bytes.subarray(0, run.ends[length - 1]) });
    const rest = run.slots[length + 1];
    if (rest !== undefined) this.#rests.set(rest, run);
  }

  #writeRun(slots: readonly number[], separator: string, writer: ByteWriter): void {
    const [first = -1] = slots;
    let run = this.#runs.get(first);
    if (run === undefined || !isSame(run.slots, slots)) {
      const alone = new ByteWriter();
      const ends = this.#writeSome(slots, separator, alone);
      run = { slots, separator, ends, piece: packPiece(Buffer.from(alone.text.bytes)) };
      this.#runs.set(first, run);
    }
    writer.add(run.piece);
  }
}

function isStart(slot: number): boolean {
  return hash(0, slot, RUN_SALT) % FILES_A_RUN === 0;
}

function isSame(some: readonly number[], others: readonly number[]): boolean {
  return some.length === others.length && some.every((slot, index) => slot === others[index]);
}
