/** A local binding, for the reason in `hash.ts`. */
const { floor } = Math;

/** The sort keys of an order: `primary`, then `key`. An index needs non-negative integers below 2^53. */
export interface OrderKeys {
  primary: (slot: number) => number;
  key: (slot: number) => number;
}

const DIGIT_BITS = 13;
const DIGITS = 1 << DIGIT_BITS;

/** The slots of a corpus in ascending order of two integers, with binary search. */
export class OrderIndex {
  readonly #slots: Uint32Array;
  readonly #keys: OrderKeys;

  constructor(count: number, keys: OrderKeys) {
    this.#keys = keys;
    // The radix sort is stable, so sorting by the minor key first gives the order by both.
    const slots = sortByInteger(
      Uint32Array.from({ length: count }, (_, slot) => slot),
      keys.key,
    );
    this.#slots = sortByInteger(slots, keys.primary);
  }

  get length(): number {
    return this.#slots.length;
  }

  at(position: number): number {
    return this.#slots[position] ?? 0;
  }

  /** The number of files before `(primary, key)`. */
  before(primary: number, key: number): number {
    return this.count({ primary, key });
  }

  /** The number of files before a place, by the keys that the files had when the index was built. */
  count(place: OrderPlace): number {
    return countBefore(this, this.#keys, place);
  }
}

/** Slots in ascending order. */
export interface SlotSequence {
  readonly length: number;
  at(position: number): number;
}

/** A place in an order; `inclusive` means right after the file with these keys. */
export interface OrderPlace {
  primary: number;
  key: number;
  inclusive?: boolean;
}

/** Counts the slots of a sorted sequence before a place. */
export function countBefore(slots: SlotSequence, keys: OrderKeys, place: OrderPlace): number {
  const { primary, key, inclusive = false } = place;
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    const slot = slots.at(middle);
    const mine = keys.primary(slot);
    const order = mine === primary ? keys.key(slot) - key : mine - primary;
    if (order < 0 || (inclusive && order === 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Sorts slots by an integer. The sort is stable, and linear because a million files must be ready within
 * seconds.
 */
function sortByInteger(slots: Uint32Array, valueOf: (slot: number) => number): Uint32Array {
  const values = new Float64Array(slots.length);
  let greatest = 0;
  for (const slot of slots) {
    const value = valueOf(slot);
    values[slot] = value;
    if (value > greatest) greatest = value;
  }
  let sorted = slots;
  for (let unit = 1; unit <= greatest; unit *= DIGITS) sorted = sortByDigit(sorted, values, unit);
  return sorted;
}

function sortByDigit(slots: Uint32Array, values: Float64Array, unit: number): Uint32Array {
  const starts = new Uint32Array(DIGITS + 1);
  const digit = (slot: number): number => floor((values[slot] ?? 0) / unit) % DIGITS;
  for (const slot of slots) starts[digit(slot) + 1] = (starts[digit(slot) + 1] ?? 0) + 1;
  for (let d = 1; d <= DIGITS; d++) starts[d] = (starts[d] ?? 0) + (starts[d - 1] ?? 0);
  const sorted = new Uint32Array(slots.length);
  for (const slot of slots) {
    const d = digit(slot);
    const at = starts[d] ?? 0;
    sorted[at] = slot;
    starts[d] = at + 1;
  }
  return sorted;
}
