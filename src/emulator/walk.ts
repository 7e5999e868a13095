import type { Corpus } from './corpus/corpus';
import type { OrderIndex } from './corpus/order-index';
import type { ListPosition } from './page-token';
import type { Query } from './query/query';
import { timeRange, type TimeRange } from './query/time-range';
import { compareSortValues, sortValues, type SortKey } from './sort-order';

/** The files that a page may show, in the order of the listing: `at(start)`, `at(start + step)` and so on until `end`. */
export interface Walk {
  start: number;
  end: number;
  step: 1 | -1;
  at(place: number): number;
  position(slot: number): ListPosition;
}

interface WalkRequest {
  keys: readonly SortKey[];
  query: Query | undefined;
  position: ListPosition;
}

/** Finds the ways through a corpus; an order that is not kept by the corpus is sorted once and remembered. */
export class Walks {
  readonly #corpus: Corpus;
  readonly #sorted = new Map<string, Uint32Array>();

  constructor(corpus: Corpus) {
    this.#corpus = corpus;
  }

  /** The way that a listing takes from a position on. */
  find({ keys, query, position }: WalkRequest): Walk {
    const { byKey, byTime } = this.#indexes(keys);
    if (byKey !== undefined) return this.#walkIndex(byKey, keys, { from: 0, to: byKey.length }, position);
    if (byTime !== undefined) return this.#walkIndex(byTime, keys, timeRange(query, this.#corpus), position);
    return this.#walkSorted(keys, position);
  }

  /** The index that has the files in the wanted order, or in its reverse. */
  #indexes(keys: readonly SortKey[]): { byKey?: OrderIndex; byTime?: OrderIndex } {
    if (keys.length === 0) return { byKey: this.#corpus.byKey };
    return keys.length === 1 && keys[0]?.name === 'modifiedTime' ? { byTime: this.#corpus.byTime } : {};
  }

  #walkIndex(index: OrderIndex, keys: readonly SortKey[], range: TimeRange, position: ListPosition): Walk {
    const { from, to } = range;
    const primary = Number(position?.values[0] ?? 0);
    const at = (place: number): number => index.at(place);
    if (keys[0]?.descending === true) {
      const start = position === undefined ? to - 1 : Math.min(to, index.before(primary, position.key)) - 1;
      return { start, end: Math.min(start, from - 1), step: -1, at, position: this.#positions(keys) };
    }
    const start = position === undefined ? from : Math.max(from, index.before(primary, position.key + 1));
    return { start, end: Math.max(start, to), step: 1, at, position: this.#positions(keys) };
  }

  #walkSorted(keys: readonly SortKey[], position: ListPosition): Walk {
    const slots = this.#sort(keys);
    const start = position === undefined ? 0 : this.#placeAfter(slots, keys, position);
    return {
      start,
      end: slots.length,
      step: 1,
      at: (place) => slots[place] ?? 0,
      position: this.#positions(keys),
    };
  }

  #sort(keys: readonly SortKey[]): Uint32Array {
    const name = JSON.stringify(keys);
    let slots = this.#sorted.get(name);
    if (slots === undefined) {
      const corpus = this.#corpus;
      const files = Array.from({ length: corpus.fileCount }, (_, slot) => ({
        slot,
        values: sortValues(keys, corpus, slot),
      }));
      files.sort(
        (a, b) => compareSortValues(keys, a.values, b.values) || corpus.key(a.slot) - corpus.key(b.slot),
      );
      slots = Uint32Array.from(files, ({ slot }) => slot);
      this.#sorted.set(name, slots);
    }
    return slots;
  }

  #placeAfter(slots: Uint32Array, keys: readonly SortKey[], position: NonNullable<ListPosition>): number {
    const corpus = this.#corpus;
    let low = 0;
    let high = slots.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const slot = slots[middle] ?? 0;
      const order =
        compareSortValues(keys, sortValues(keys, corpus, slot), position.values) ||
        corpus.key(slot) - position.key;
      if (order <= 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #positions(keys: readonly SortKey[]): (slot: number) => ListPosition {
    const corpus = this.#corpus;
    return (slot) => ({ values: sortValues(keys, corpus, slot), key: corpus.key(slot) });
  }
}
