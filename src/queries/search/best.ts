/** How many more than wanted are held before the worst are dropped: sorting seldom costs less than a heap would. */
const SLACK = 1_000;

/** Keeps the best of any number of things in memory for a few. `compare` puts the better one first; among equals the earlier one stays. */
export class Best<T> {
  readonly #most: number;
  readonly #compare: (a: T, b: T) => number;
  #held: T[] = [];

  constructor(most: number, compare: (a: T, b: T) => number) {
    this.#most = most;
    this.#compare = compare;
  }

  add(thing: T): void {
    this.#held.push(thing);
    if (this.#held.length >= this.#most + SLACK) this.#dropWorst();
  }

  /** How many are held now: never more than wanted and a thousand. */
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
  }
}
