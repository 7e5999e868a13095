import type { Corpus } from '../corpus/corpus';
import { REMOVED, TRASHED, TRASHED_ABOVE } from '../corpus/marks';

/** Everything below a folder, nearest first; each file once, even where folders lie in each other. */
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

/** Brings a file and everything below it into the state of the trash that follows from the folders above. */
export function settleTrash(corpus: Corpus, file: number): void {
  const queue = new Set([file]);
  for (const slot of queue) {
    const marks = corpus.marks(slot);
    const isAbove = corpus.parentSlots(slot).some((parent) => corpus.trashed(parent));
    const wanted = isAbove ? marks | TRASHED_ABOVE : marks & ~TRASHED_ABOVE;
    if (wanted !== marks) corpus.mark(slot, wanted);
    // What lies below depends on whether this is in the trash at all, not on why.
    const isSettled = ((wanted & TRASHED) === 0) === ((marks & TRASHED) === 0);
    if (slot === file || !isSettled) for (const child of corpus.children.of(slot)) queue.add(child);
  }
}
