import type { Corpus } from '../corpus/corpus';
import { REMOVED, TRASHED_ABOVE, TRASHED_ITSELF } from '../corpus/marks';

const NONE: ReadonlySet<number> = new Set();

/**
 * Whether a file is trashed or removed with any of its parents, or with all. Google does not document this
 * for files with several parents.
 */
export type ParentRule = 'any' | 'all';

/** True if a file inherits a state of its parents. */
function follows(
  corpus: Corpus,
  { file, rule }: { file: number; rule: ParentRule },
  isSo: (folder: number) => boolean,
): boolean {
  const folders = corpus.parentSlots(file);
  return rule === 'any' ? folders.some(isSo) : folders.length > 0 && folders.every(isSo);
}

/** Everything below a folder, nearest first. Each file comes once, even if folders contain each other. */
export function* descendants(corpus: Corpus, folder: number): IterableIterator<number> {
  const seen = new Set([folder]);
  for (const slot of seen) {
    for (const child of corpus.children.of(slot)) {
      if (seen.has(child) || (corpus.marks(child) & REMOVED) !== 0) continue;
      seen.add(child);
      yield child;
    }
  }
}

/** True if `folder` is `file` or is below it. */
export function isWithin(corpus: Corpus, folder: number, file: number): boolean {
  const above = new Set([folder]);
  for (const slot of above) {
    if (slot === file) return true;
    for (const parent of corpus.parentSlots(slot)) above.add(parent);
  }
  return false;
}

/**
 * Updates the inherited trash state of a file and everything below it. It starts at the top, because folders
 * that contain each other would otherwise keep each other in the trash.
 */
export function settleTrash(corpus: Corpus, file: number, rule: ParentRule): void {
  const tree = new Set([file, ...descendants(corpus, file)]);
  const below = new Set<number>();
  const isTrashed = (slot: number): boolean =>
    tree.has(slot) ? below.has(slot) || (corpus.marks(slot) & TRASHED_ITSELF) !== 0 : corpus.trashed(slot);
  const queue = new Set(tree);
  for (const slot of queue) {
    if (below.has(slot) || !follows(corpus, { file: slot, rule }, isTrashed)) continue;
    below.add(slot);
    for (const child of corpus.children.of(slot)) {
      // Checks the child again, after the others: its state may have changed.
      queue.delete(child);
      if (tree.has(child)) queue.add(child);
    }
  }
  for (const slot of tree) {
    const marks = corpus.marks(slot);
    const wanted = below.has(slot) ? marks | TRASHED_ABOVE : marks & ~TRASHED_ABOVE;
    if (wanted !== marks) corpus.mark(slot, wanted);
  }
}

/**
 * Sets or clears a mark on a file and on everything below it that inherits it by the rule. It skips the files
 * in `apart` and everything below them. Returns the changed files, and their children that the rule spared.
 */
export function markTree(
  corpus: Corpus,
  { file, rule, apart = NONE }: { file: number; rule: ParentRule; apart?: ReadonlySet<number> },
  { bit, isOn }: { bit: number; isOn: boolean },
): { set: Set<number>; spared: Set<number> } {
  const isMarked = (slot: number): boolean => (corpus.marks(slot) & bit) !== 0;
  const mark = (slot: number): void =>
    corpus.mark(slot, isOn ? corpus.marks(slot) | bit : corpus.marks(slot) & ~bit);
  const spared = new Set<number>();
  const queue = new Set([file]);
  mark(file);
  for (const slot of queue) {
    for (const child of corpus.children.of(slot)) {
      if (apart.has(child) || isMarked(child) === isOn || (corpus.marks(child) & REMOVED) !== 0) continue;
      if (follows(corpus, { file: child, rule }, isMarked) === isOn) {
        mark(child);
        queue.add(child);
        spared.delete(child);
      } else spared.add(child);
    }
  }
  return { set: queue, spared };
}
