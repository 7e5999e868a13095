import type { PackingMemory } from './packed-files';
import type { PageNote } from './commit-queue';
import type { CommitOptions } from './page-writer';

/** A page to decode and hand on. */
export interface PageJob<P, R> {
  /** `spare`: buffers to pack the page in. */
  decode: (spare: PackingMemory | undefined) => Promise<P>;
  /** Called in the order in which the pages came. */
  commit: (page: P, options: CommitOptions) => Promise<R>;
  onNote: (note: PageNote) => void;
}

/** The most pages that are being decoded, or decoded and not written yet. */
const DECODED_AHEAD = 8;
/** How long to keep several MB of buffers for the next page, in ms. */
const IDLE_MS = 10_000;

/**
 * Passes pages through a decoder to the writer, with back-pressure: bodies stay compressed until it is their
 * turn to be decoded.
 */
export class DecodingLine {
  /** Lets the writer commit its open transaction when no page follows. */
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

  /** Rejects with the error of the decoder or of the writer. */
  async run<P, R>({ decode, commit, onNote }: PageJob<P, R>): Promise<R> {
    await this.#waitForTurn();
    let isAhead = true;
    let isBehind = true;
    const leave = (): void => {
      if (isAhead) this.#ahead -= 1;
      isAhead = false;
      this.#fill();
      if (this.#ahead === 0) this.#freeLater();
    };
    const handOn = (): void => {
      if (isBehind) this.#behind -= 1;
      isBehind = false;
    };
    try {
      const page = await decode(this.#spare.pop());
      handOn();
      return await commit(page, {
        moreFollow: this.#behind > 0,
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

  #freeLater(): void {
    clearTimeout(this.#idle);
    this.#idle = setTimeout(() => this.#spare.splice(0), IDLE_MS).unref();
  }

  async #waitForTurn(): Promise<void> {
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
