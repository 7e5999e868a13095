import type { Corpus } from '../corpus/corpus';
import type { Cursor } from '../corpus/living-order';
import type { Query } from '../query/query';
import { timeRange } from '../query/time-range';
import type { ListPosition } from './page-token';
import { compareSortValues, sortValues, type SortKey } from './sort-order';

/** The files that a listing searches: all that it may show, and possibly more. */
export type Ground =
  | { kind: 'everything' }
  | { kind: 'drive'; id: string }
  | { kind: 'folder'; slot: number };

/** A walk through the files of a listing, in its order. */
export interface Walk {
  /** -1 at the end. */
  next: Cursor;
  position(slot: number): ListPosition;
}

interface WalkRequest {
  ground: Ground;
  keys: readonly SortKey[];
  query: Query | undefined;
  position: ListPosition;
}

const EVERYTHING = { from: 0, to: Infinity };
/** Clients list hundreds of shared drives in parallel. */
const MOST_SORTED = 1_000;

/**
 * Creates walks through a corpus. An order for which the corpus has no index is sorted once and cached until
 * the next change.
 */
export class Walks {
  readonly #corpus: Corpus;
  readonly #sorted = new Map<string, Uint32Array>();
  #revision = 0;

  constructor(corpus: Corpus) {
    this.#corpus = corpus;
  }

  /** The walk of a listing from a position on. */
  find(request: WalkRequest): Walk {
    const { ground, keys } = request;
    const isByTime = keys.length === 1 && keys[0]?.name === 'modifiedTime';
    const next =
      ground.kind !== 'everything' || (keys.length > 0 && !isByTime)
        ? this.#walkSorted(request)
        : this.#walkOrder(request, isByTime);
    return { next, position: (slot) => this.#position(keys, slot) };
  }

  #walkOrder({ keys, query, position }: WalkRequest, isByTime: boolean): Cursor {
    const order = isByTime ? this.#corpus.byTime : this.#corpus.byKey;
    return order.walk({
      ...(isByTime ? timeRange(query) : EVERYTHING),
      descending: keys[0]?.descending === true,
      after: position && { primary: Number(position.values[0] ?? 0), key: position.key },
    });
  }

  #walkSorted({ ground, keys, position }: WalkRequest): Cursor {
    const slots = this.#sort(ground, keys);
    let place = position === undefined ? 0 : this.#placeAfter(slots, keys, position);
    return () => slots[place++] ?? -1;
  }

  #sort(ground: Ground, keys: readonly SortKey[]): Uint32Array {
    const corpus = this.#corpus;
    if (corpus.revision !== this.#revision || this.#sorted.size >= MOST_SORTED) this.#sorted.clear();
    this.#revision = corpus.revision;
    const name = JSON.stringify([ground, keys]);
    let slots = this.#sorted.get(name);
    if (slots === undefined) {
      const found = this.#slotsOf(ground);
      const files = Array.from(found, (slot) => ({ slot, values: sortValues(keys, corpus, slot) }));
      files.sort(
        (a, b) => compareSortValues(keys, a.values, b.values) || corpus.key(a.slot) - corpus.key(b.slot),
      );
      slots = Uint32Array.from(files, ({ slot }) => slot);
      this.#sorted.set(name, slots);
    }
    return slots;
  }

  #slotsOf(ground: Ground): Iterable<number> {
    const corpus = this.#corpus;
    if (ground.kind === 'folder') return corpus.children.of(ground.slot);
    return ground.kind === 'drive' ? corpus.ofDrive(ground.id) : allSlots(corpus);
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

  #position(keys: readonly SortKey[], slot: number): ListPosition {
    return { values: sortValues(keys, this.#corpus, slot), key: this.#corpus.key(slot) };
  }
}

function* allSlots({ slotCount }: Corpus): IterableIterator<number> {
  for (let slot = 0; slot < slotCount; slot++) yield slot;
}
