/** The parents that files have in their source. */
export interface FirstPlaces {
  readonly count: number;
  readonly rootSlot: number;
  parentSlots(slot: number): readonly number[];
}

/**
 * The children of each folder: a packed table of the source's files, built on first use, and a set for each
 * folder that changed.
 */
export class ChildIndex {
  readonly #first: FirstPlaces;
  /** Slots whose entries in the table are out of date. */
  readonly #moved = new Set<number>();
  readonly #later = new Map<number, Set<number>>();
  #table: { starts: Uint32Array; children: Uint32Array } | undefined;

  constructor(first: FirstPlaces) {
    this.#first = first;
  }

  /** Moves a file from its old parents to its new ones. */
  move(slot: number, from: readonly number[], to: readonly number[]): void {
    if (slot <= this.#first.count) this.#moved.add(slot);
    for (const parent of from) this.#later.get(parent)?.delete(slot);
    for (const parent of to) {
      const children = this.#later.get(parent) ?? new Set();
      this.#later.set(parent, children.add(slot));
    }
  }

  *of(parent: number): IterableIterator<number> {
    const { starts, children } = (this.#table ??= this.#pack());
    for (let place = starts[parent] ?? 0; place < (starts[parent + 1] ?? 0); place++) {
      const child = children[place] ?? 0;
      if (!this.#moved.has(child)) yield child;
    }
    yield* this.#later.get(parent) ?? [];
  }

  #pack(): { starts: Uint32Array; children: Uint32Array } {
    const { count, parentSlots } = this.#first;
    const starts = new Uint32Array(count + 3);
    for (let slot = 0; slot < count; slot++)
      for (const parent of parentSlots(slot)) starts[parent + 2] = (starts[parent + 2] ?? 0) + 1;
    for (let place = 1; place < starts.length; place++)
      starts[place] = (starts[place] ?? 0) + (starts[place - 1] ?? 0);
    const children = new Uint32Array(starts.at(-1) ?? 0);
    for (let slot = 0; slot < count; slot++) {
      for (const parent of parentSlots(slot)) {
        const place = starts[parent + 1] ?? 0;
        children[place] = slot;
        starts[parent + 1] = place + 1;
      }
    }
    return { starts, children };
  }
}
