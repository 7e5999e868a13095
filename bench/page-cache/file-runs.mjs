// Files as they were written once for a listing, compressed, until anything changes: a kilobyte and a half for each file.
import { packPiece } from './packed-text.mjs';

/** The mean length of a run, in files: short, as the ends of a page cut through runs. */
const FILES_A_RUN = 32;

/** A file begins a run or does not, wherever a listing begins: so all listings have the same runs. */
function beginsRun(slot) {
  return Math.imul(slot + 1, 0x9e3779b1) >>> 0 < 2 ** 32 / FILES_A_RUN;
}

function isSame(some, others) {
  return some.length === others.length && some.every((slot, index) => slot === others[index]);
}

/** The files of one `fields` mask. */
export class FileRuns {
  #render;
  #revision = -1;
  /** By the first slot. */
  #runs = new Map();
  /** Runs that a page's end cut through, by the second slot of the rest: a page writes its first file again. */
  #rests = new Map();

  constructor(render) {
    this.#render = render;
  }

  /** The files of a page after its first, each with the separator before it. */
  pieces(slots, separator, revision) {
    if (this.#revision !== revision) {
      this.#runs.clear();
      this.#rests.clear();
    }
    this.#revision = revision;
    const starts = slots.flatMap((slot, index) => (beginsRun(slot) ? [index] : []));
    const runs = starts.map((start, place) => slots.slice(start, starts[place + 1]));
    const last = runs.pop();
    return [
      this.#rest(slots.slice(0, starts[0]), separator),
      ...runs.map((run) => this.#run(run, separator)),
      ...(last === undefined ? [] : [this.#last(last, separator)]),
    ];
  }

  #write(slots, separator) {
    const parts = slots.map((slot) => Buffer.from(separator + this.#render(slot)));
    let length = 0;
    return { bytes: Buffer.concat(parts), ends: parts.map((part) => (length += part.length)) };
  }

  #rest(slots, separator) {
    const run = this.#rests.get(slots[0]);
    const from = run?.slots.indexOf(slots[0]) ?? 0;
    if (run?.separator === separator && isSame(run.slots.slice(from), slots))
      return { bytes: run.piece.bytes.subarray(run.ends[from - 1]) };
    return { bytes: this.#write(slots, separator).bytes };
  }

  #run(slots, separator) {
    let run = this.#runs.get(slots[0]);
    if (run?.separator !== separator || !isSame(run.slots, slots)) {
      const { bytes, ends } = this.#write(slots, separator);
      run = { slots, separator, ends, piece: packPiece(bytes) };
      this.#runs.set(slots[0], run);
    }
    return run.piece;
  }

  /** The last run of a page may go on after it; only a run that was written before tells how. */
  #last(slots, separator) {
    const { length } = slots;
    const run = this.#runs.get(slots[0]);
    if (run?.separator !== separator || !isSame(run.slots.slice(0, length), slots))
      return { bytes: this.#write(slots, separator).bytes };
    const next = run.slots[length + 1];
    if (next !== undefined) this.#rests.set(next, run);
    return { bytes: run.piece.bytes.subarray(0, run.ends[length - 1]) };
  }
}
