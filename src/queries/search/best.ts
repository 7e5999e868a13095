/**
 * Items held beyond the wanted ones before the worst are dropped. Sorting that rarely costs no more than a
 * heap.
 */
const SLACK = 1_000;

/**
 * Keeps the best of any number of items in constant memory. `compare` puts the better one first; of equal
 * ones the earlier stays.
 */
export class Best<T> {
  readonly #most: number;
  readonly #compare: (a: T, b: T) => number;
  #held: T[] = [];
  /** The worst of the wanted ones when the others were last dropped. */
  #worst: T | undefined;

  constructor(most: number, compare: (a: T, b: T) => number) {
    this.#most = most;
    this.#compare = compare;
  }

  add(thing: T): void {
    if (this.#worst !== undefined && this.#compare(this.#worst, thing) <= 0) return;
    this.#held.push(thing);
    if (this.#held.length >= this.#most + SLACK) this.#dropWorst();
  }

  /** The number of items held: at most the wanted ones and a thousand. */
  get held(): number {
    return this.#held.length;
  }

  /** The best, in order. */
  list(): T[] {
    this.#dropWorst();
    return [...this.#held];
  }

  #dropWorst(): void {
    this.#held = this.#held.toSorted(this.#compare).slice(0, this.#most);
    if (this.#held.length === this.#most) this.#worst = this.#held.at(-1);
  }
}
