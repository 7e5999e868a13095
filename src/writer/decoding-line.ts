import type { PackingMemory } from './packed-files';
import type { PageNote } from './commit-queue';
import type { Passage } from './page-writer';

/** A page that is to be decoded and handed on. */
export interface Errand<P, R> {
  /** `spare`: memory to pack the page in. */
  decode: (spare: PackingMemory | undefined) => Promise<P>;
  /** Called in the order in which the pages came. */
  commit: (page: P, passage: Passage) => Promise<R>;
  onNote: (note: PageNote) => void;
}

/** Pages that are being decoded, or decoded and not written yet. */
const DECODED_AHEAD = 8;
/** How long memory of several MB is kept for the next page, in ms. */
const IDLE_MS = 10_000;

/** Pages on their way through a decoder to the writer. Bodies wait as they came until it is their turn to be decoded. */
export class DecodingLine {
  /** Lets the writer commit what has to wait no longer, since nothing follows. */
  readonly #flush: () => void;
  readonly #waiting: (() => void)[] = [];
  readonly #spare: PackingMemory[] = [];
  #idle: NodeJS.Timeout | undefined;
  /** Pages that are not handed on yet. */
  #behind = 0;
  #ahead = 0;

  constructor(flush: () => void) {
    this.#flush = flush;
  }

  /** Rejects with what the decoder or the writer rejects with. */
  async run<P, R>({ decode, commit, onNote }: Errand<P, R>): Promise<R> {
    await this.#turn();
    let [isAhead, isBehind] = [true, true];
    const leave = (): void => {
      if (isAhead) this.#ahead -= 1;
      isAhead = false;
      this.#fill();
      if (this.#ahead === 0) this.#rest();
    };
    const handOn = (): void => {
      if (isBehind) this.#behind -= 1;
      isBehind = false;
    };
    try {
      const page = await decode(this.#spare.pop());
      handOn();
      return await commit(page, {
        moreCome: this.#behind > 0,
        onNote: (note) => {
          onNote(note);
          if (note.kind !== 'written') return;
          if (note.spare !== undefined) this.#spare.push(note.spare);
          leave();
        },
      });
    } catch (error) {
      handOn();
      if (this.#behind === 0) this.#flush();
      throw error;
    } finally {
      leave();
    }
  }

  #rest(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#spare.splice(0), IDLE_MS).unref();
  }

  async #turn(): Promise<void> {
    clearTimeout(this.#idle);
    this.#behind += 1;
    await new Promise<void>((start) => {
      this.#waiting.push(start);
      this.#fill();
    });
  }

  #fill(): void {
    while (this.#ahead < DECODED_AHEAD) {
      const start = this.#waiting.shift();
      if (start === undefined) return;
      this.#ahead += 1;
      start();
    }
  }
}
