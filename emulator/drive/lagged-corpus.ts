import type { Corpus, FileState } from '../corpus/corpus';

interface Late {
  slot: number;
  state: FileState;
  at: number;
}

/** A replica of a corpus that gets every change after a delay, like Drive's listings. */
export class LaggedCorpus {
  readonly corpus: Corpus;
  readonly #lagMs: number;
  readonly #now: () => number;
  #late: Late[] = [];

  constructor(original: Corpus, lagMs: number, now: () => number) {
    this.corpus = original.replica();
    this.#lagMs = lagMs;
    this.#now = now;
    original.onChange = (slot, state) => this.#late.push({ slot, state, at: now() });
  }

  /** Applies all changes that were made until a time, in ms. */
  catchUp(until = this.#now() - this.#lagMs): void {
    const fresh = this.#late.findIndex(({ at }) => at > until);
    const old = this.#late.splice(0, fresh < 0 ? this.#late.length : fresh);
    for (const { slot, state } of old) this.corpus.put(slot, state);
  }
}
