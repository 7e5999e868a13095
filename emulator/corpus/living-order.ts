import {
  countBefore,
  type OrderIndex,
  type OrderKeys,
  type OrderPlace,
  type SlotSequence,
} from './order-index';

/** The part of an order that a listing walks through, and the direction. */
export interface Way {
  /** The first primary key, and the one after the last. */
  from: number;
  to: number;
  descending: boolean;
  /** The walk continues after this file. */
  after?: OrderPlace | undefined;
}

/** Returns the next slot on each call; -1 at the end. */
export type Cursor = () => number;

/** From this number on, sorting all slots is cheaper than inserting each. */
const MOST_INSERTS = 64;

/**
 * An order that changes. It merges an immutable index, without the files that moved, with a sorted list of
 * moved and new files.
 */
export class LivingOrder {
  readonly #index: () => OrderIndex;
  readonly #keys: OrderKeys;
  readonly #moved: ReadonlySet<number>;
  #sorted: number[] = [];
  #pending: number[] = [];

  /** `moved` contains the slots of the index that a walk skips. */
  constructor(index: () => OrderIndex, keys: OrderKeys, moved: ReadonlySet<number>) {
    this.#index = index;
    this.#keys = keys;
    this.#moved = moved;
  }

  add(slot: number): void {
    this.#pending.push(slot);
  }

  /** Removes a slot from the list. Its keys must still be those with which it was added. */
  remove(slot: number): void {
    this.#settle();
    const place = this.#placeOf(slot);
    if (this.#sorted[place] === slot) this.#sorted.splice(place, 1);
  }

  walk(way: Way): Cursor {
    this.#settle();
    const own = runOf(this.#own(), way);
    const base = runOf(this.#index(), way);
    const moved = this.#moved;
    return () => {
      while (moved.size > 0 && base.place !== base.end && moved.has(base.at(base.place)))
        base.place += base.step;
      if (base.place === base.end) return own.place === own.end ? -1 : take(own);
      if (own.place === own.end) return take(base);
      const order = this.#compare(base.at(base.place), own.at(own.place));
      return take(order < 0 === !way.descending ? base : own);
    };
  }

  #own(): Ordered {
    const sorted = this.#sorted;
    const slots = { length: sorted.length, at: (place: number) => sorted[place] ?? 0 };
    return { ...slots, count: (place) => countBefore(slots, this.#keys, place) };
  }

  #settle(): void {
    const pending = this.#pending;
    if (pending.length === 0) return;
    this.#pending = [];
    if (pending.length > MOST_INSERTS) {
      this.#sorted = this.#sorted.concat(pending);
      this.#sorted.sort((a, b) => this.#compare(a, b));
    } else for (const slot of pending) this.#sorted.splice(this.#placeOf(slot), 0, slot);
  }

  #placeOf(slot: number): number {
    const { primary, key } = this.#keys;
    return this.#own().count({ primary: primary(slot), key: key(slot) });
  }

  #compare(a: number, b: number): number {
    const { primary, key } = this.#keys;
    return primary(a) - primary(b) || key(a) - key(b);
  }
}

interface Ordered extends SlotSequence {
  /** The number of slots before a place. */
  count(place: OrderPlace): number;
}

interface Run {
  place: number;
  readonly end: number;
  readonly step: 1 | -1;
  at(place: number): number;
}

/** The part of a sorted sequence that a way covers. */
function runOf(slots: Ordered, { from, to, descending, after }: Way): Run {
  const at = (place: number): number => slots.at(place);
  let low = slots.count({ primary: from, key: 0 });
  let high = slots.count({ primary: to, key: 0 });
  if (after !== undefined && descending) high = Math.min(high, slots.count(after));
  if (after !== undefined && !descending) low = Math.max(low, slots.count({ ...after, inclusive: true }));
  if (descending) return { place: high - 1, end: Math.min(high, low) - 1, step: -1, at };
  return { place: low, end: Math.max(low, high), step: 1, at };
}

function take(run: Run): number {
  const slot = run.at(run.place);
  run.place += run.step;
  return slot;
}
