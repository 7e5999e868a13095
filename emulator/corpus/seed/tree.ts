import { fraction } from '../hash';
import { TRASHED_ABOVE, TRASHED_ITSELF } from '../marks';
import { isForeign, isOrphan } from './owner';

/** A local binding, for the reason in `hash.ts`. */
const { floor } = Math;

const MAX_DEPTH = 12;
const FOLDER_SHARE = 0.04;
/** This share of files is trashed itself; as many are in trashed folders. */
const TRASH_SHARE = 0.025;

/** The parent of a file whose folder the user cannot see. */
export const NO_PARENT = -1;

/** The folder tree of a generated Drive. */
export interface SeedTree {
  /** Slots below this number are folders. */
  readonly folderCount: number;
  /**
   * The slot of each file's parent: `count` for the root, -1 if no parent is visible. Apart from the root,
   * the parent of a folder has a lower slot than the folder.
   */
  readonly parents: Int32Array;
  /** 0, or one of the two trash marks. */
  readonly trash: Uint8Array;
}

/** Generates a folder tree of `count` files and trashes some files of the user. */
export function growTree(seed: number, count: number): SeedTree {
  const folderCount = floor(count * FOLDER_SHARE);
  const parents = new Int32Array(count);
  const depths = new Uint8Array(folderCount);
  for (let slot = 0; slot < count; slot++) {
    const isFolder = slot < folderCount;
    const parent = isFolder
      ? folderParent({ seed, slot, root: count, depths }, parents)
      : fileParent(seed, slot, folderCount);
    if (isOrphan(seed, slot, isFolder)) parents[slot] = NO_PARENT;
    else parents[slot] = parent ?? count;
    if (isFolder && parent !== undefined) depths[slot] = (depths[parent] ?? 0) + 1;
  }
  return { folderCount, parents, trash: trashParts(seed, parents, folderCount) };
}

interface FolderPlace {
  seed: number;
  slot: number;
  root: number;
  depths: Uint8Array;
}

function folderParent({ seed, slot, root, depths }: FolderPlace, parents: Int32Array): number | undefined {
  if (slot === 0 || fraction(seed, slot, 0x20) < 0.05) return undefined;
  const parent = floor(fraction(seed, slot, 0x21) * slot);
  if ((depths[parent] ?? 0) < MAX_DEPTH - 1) return parent;
  const grandparent = parents[parent] ?? root;
  return grandparent === root || grandparent === NO_PARENT ? undefined : grandparent;
}

/**
 * Puts a third of the files into a few folders: real Drives have folders with tens of thousands of children.
 */
function fileParent(seed: number, slot: number, folderCount: number): number | undefined {
  const where = fraction(seed, slot, 0x20);
  if (folderCount === 0 || where < 0.03) return undefined;
  const at = fraction(seed, slot, 0x21);
  return floor(folderCount * (where < 0.38 ? at ** 6 : at));
}

function trashParts(seed: number, parents: Int32Array, folderCount: number): Uint8Array {
  const count = parents.length;
  const trash = new Uint8Array(count);
  for (const folder of foldersToTrash(seed, parents, folderCount)) trash[folder] = TRASHED_ITSELF;
  for (let slot = 0; slot < count; slot++) {
    const parent = parents[slot] ?? count;
    if (parent !== NO_PARENT && parent < count && trash[parent] !== 0) trash[slot] = TRASHED_ABOVE;
    else if (slot >= folderCount && fraction(seed, slot, 0x22) < TRASH_SHARE && !isForeign(seed, slot, false))
      trash[slot] = TRASHED_ITSELF;
  }
  return trash;
}

/** Picks folders in an arbitrary order until their contents are the wanted share of all files. */
function foldersToTrash(seed: number, parents: Int32Array, folderCount: number): number[] {
  const sizes = subtreeSizes(parents, folderCount);
  const chosen: number[] = [];
  let wanted = parents.length * TRASH_SHARE;
  const start = floor(fraction(seed, 0, 0x23) * folderCount);
  for (let i = 0; i < folderCount && wanted > 0; i++) {
    const folder = (start + i) % folderCount;
    const size = sizes[folder] ?? 0;
    if (fraction(seed, folder, 0x24) > 0.2 || size === 0 || size > wanted * 1.2) continue;
    if (isForeign(seed, folder, true)) continue;
    chosen.push(folder);
    wanted -= size;
  }
  return chosen;
}

function subtreeSizes(parents: Int32Array, folderCount: number): Uint32Array {
  const sizes = new Uint32Array(folderCount);
  for (let slot = parents.length - 1; slot >= 0; slot--) {
    const parent = parents[slot] ?? NO_PARENT;
    if (parent !== NO_PARENT && parent < folderCount)
      sizes[parent] = (sizes[parent] ?? 0) + 1 + (sizes[slot] ?? 0);
  }
  return sizes;
}
