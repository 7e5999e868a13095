import type { Corpus } from '../corpus/corpus';
import { REMOVED, TRASHED_ABOVE, TRASHED_ITSELF } from '../corpus/marks';

const NONE: ReadonlySet<number> = new Set();

/**
 * Everything below a folder, nearest first, each file once, even where folders lie in each other. Leaves out the
 * files in `apart` and everything below them.
 */
export function* descendants(corpus: Corpus, folder: number, apart = NONE): IterableIterator<number> {
  const seen = new Set([folder]);
  for (const slot of seen) {
    for (const child of corpus.children.of(slot)) {
      if (seen.has(child) || apart.has(child) || (corpus.marks(child) & REMOVED) !== 0) continue;
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
export function settleTrash(corpus: Corpus, file: number): void {
  const tree = new Set([file, ...descendants(corpus, file)]);
  const below = new Set<number>();
  for (const slot of tree) {
    const isReached = corpus.parentSlots(slot).some((parent) => !tree.has(parent) && corpus.trashed(parent));
    if (isReached) below.add(slot);
    if (isReached || (corpus.marks(slot) & TRASHED_ITSELF) !== 0) addChildren(corpus, slot, below);
  }
  for (const slot of below) addChildren(corpus, slot, below);
  for (const slot of tree) {
    const marks = corpus.marks(slot);
    const wanted = below.has(slot) ? marks | TRASHED_ABOVE : marks & ~TRASHED_ABOVE;
    if (wanted !== marks) corpus.mark(slot, wanted);
  }
}

function addChildren(corpus: Corpus, folder: number, found: Set<number>): void {
  for (const child of corpus.children.of(folder)) found.add(child);
}
