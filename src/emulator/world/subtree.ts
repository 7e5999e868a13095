import type { Corpus } from '../corpus/corpus';
import { REMOVED, TRASHED, TRASHED_ABOVE } from '../corpus/marks';

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
export function settleTrash(corpus: Corpus, file: number, rule: ParentRule): void {
  const queue = new Set([file]);
  for (const slot of queue) {
    const marks = corpus.marks(slot);
    const isAbove = follows(corpus, { file: slot, rule }, (folder) => corpus.trashed(folder));
    const wanted = isAbove ? marks | TRASHED_ABOVE : marks & ~TRASHED_ABOVE;
    if (wanted !== marks) corpus.mark(slot, wanted);
    // What lies below depends on whether this is in the trash at all, not on why.
    const isSettled = ((wanted & TRASHED) === 0) === ((marks & TRASHED) === 0);
    if (slot === file || !isSettled) for (const child of corpus.children.of(slot)) queue.add(child);
  }
}

/**
 * Marks a file or takes its mark away, and everything below it as far as the rule goes. Returns the files right below that the rule has
 * spared.
 */
export function markTree(
  corpus: Corpus,
  { file, rule }: { file: number; rule: ParentRule },
  { bit, isOn }: { bit: number; isOn: boolean },
): Set<number> {
  const isMarked = (slot: number): boolean => (corpus.marks(slot) & bit) !== 0;
  const mark = (slot: number): void =>
    corpus.mark(slot, isOn ? corpus.marks(slot) | bit : corpus.marks(slot) & ~bit);
  const spared = new Set<number>();
  const queue = new Set([file]);
  mark(file);
  for (const slot of queue) {
    for (const child of corpus.children.of(slot)) {
      if (isMarked(child) === isOn || (corpus.marks(child) & REMOVED) !== 0) continue;
      if (follows(corpus, { file: child, rule }, isMarked) === isOn) {
        mark(child);
        queue.add(child);
        spared.delete(child);
      } else spared.add(child);
    }
  }
  return spared;
}
