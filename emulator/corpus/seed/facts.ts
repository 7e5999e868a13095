import type { DriveUser } from '../../drive/drive-file';
import { decodeId, encodeId } from '../file-id';
import { fraction, scramble, unscramble } from '../hash';
import { createPeople, type People } from '../people';
import type { SeedSpec } from '../spec';
import { FILE_KINDS, FOLDER_KIND, kindAt, type FileKind } from './file-kind';
import { isForeign } from './owner';
import { seedTime } from './times';
import { growTree, type SeedTree } from './tree';

/**
 * The stored facts of the generated files. All others are derived from the seed and the slot on demand, so
 * that a million files need little memory.
 */
export class SeedFacts {
  readonly seed: number;
  readonly count: number;
  readonly people: People;
  readonly tree: SeedTree;
  readonly modifiedTimes: Float64Array;
  readonly #kinds: Uint8Array;
  readonly #mask: number;
  #lastSlot = -1;
  #lastId = '';

  constructor({ seed, files, shape = 'uniform' }: SeedSpec, user: DriveUser) {
    this.seed = scramble(seed);
    this.count = files;
    this.people = createPeople(this.seed, user);
    this.tree = growTree(this.seed, files);
    this.modifiedTimes = new Float64Array(files + 1);
    this.#kinds = new Uint8Array(files + 1);
    this.#mask = scramble(this.seed ^ 0x5bd1e995);
    for (let slot = 0; slot <= files; slot++) {
      this.modifiedTimes[slot] = seedTime(this.seed, slot, shape);
      if (slot >= this.tree.folderCount && slot < files)
        this.#kinds[slot] = kindAt(fraction(this.seed, slot, 0x10));
    }
  }

  kind(slot: number): FileKind {
    return FILE_KINDS[this.#kinds[slot] ?? 0] ?? FOLDER_KIND;
  }

  isFolder(slot: number): boolean {
    return slot < this.tree.folderCount || slot === this.count;
  }

  isForeign(slot: number): boolean {
    return slot !== this.count && isForeign(this.seed, slot, this.isFolder(slot));
  }

  /** A bijection of the slots, so that an id leads back to its file without a table. */
  key(slot: number): number {
    return scramble((slot ^ this.#mask) >>> 0);
  }

  id(slot: number): string {
    if (slot !== this.#lastSlot) {
      this.#lastSlot = slot;
      this.#lastId = encodeId(this.seed, this.key(slot));
    }
    return this.#lastId;
  }

  slotOf(id: string): number | undefined {
    const key = decodeId(this.seed, id);
    if (key === undefined) return undefined;
    const slot = (unscramble(key) ^ this.#mask) >>> 0;
    return slot <= this.count ? slot : undefined;
  }

  /** A random fraction in [0, 1) for the file and the `salt`. */
  fraction(slot: number, salt: number): number {
    return fraction(this.seed, slot, salt);
  }
}
