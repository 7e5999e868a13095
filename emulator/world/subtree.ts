import type { Corpus } from '../corpus/corpus';
import { REMOVED, TRASHED_ABOVE, TRASHED_ITSELF } from '../corpus/marks';

const NONE: ReadonlySet<number> = new Set();

/**
 * How many of a file's folders must be in the trash, or gone, for the file to be so too. Google does not say which it is for files
 * with several folders.
 */
export type ParentRule = 'any' | 'all';

/** True if something follows for a file from its folders. */
function follows(
  corpus: Corpus,
  { file, rule }: { file: number; rule: ParentRule },
  isSo: (folder: number) => boolean,
): boolean {
  const folders = corpus.parentSlots(file);
  return rule === 'any' ? folders.some(isSo) : folders.length > 0 && folders.every(isSo);
}

/** Everything below a folder, nearest first, each file once, even where folders lie in each other. */
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

/** True if a folder is a file or lies somewhere below it. */
export function isWithin(corpus: Corpus, folder: number, file: number): boolean {
  const above = new Set([folder]);
  for (const slot of above) {
    if (slot === file) return true;
    for (const parent of corpus.parentSlots(slot)) above.add(parent);
  }
  return false;
}

/**
 * Sets the trash state of a file and everything below it to what follows from the folders above. It is computed from
 * the top, because folders that lie in each other would otherwise keep each other in the trash.
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
      // Once more, behind the others: what holds for it may have changed.
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
 * Marks a file or takes its mark away, and everything below it as far as the rule goes. Leaves out the files in `apart` and everything
 * below them. Returns what it has set, and the files right below that the rule has spared.
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
