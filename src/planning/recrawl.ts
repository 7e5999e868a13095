import type { Window } from '../model/partition';

/** A window with the time that a page of it is likely to cover, in ms. */
export interface PlannedWindow extends Window {
  pageMs: number | undefined;
}

/** What a copy says of the files that are to be listed once more. */
export interface KnownFiles {
  trashed: boolean;
  /** Times of some of them, in ms, in any order. */
  sample: readonly number[];
  /** How many files stand behind each of the sample. */
  weight: number;
}

/** Fewer files are listed as quickly in one go. */
const LEAST_FILES_A_WINDOW = 10_000;
const MOST_WINDOWS = 32;
const FILES_A_PAGE = 1_000;

/**
 * Cuts a source that there is a copy of into windows that hold about as many files each, without any gap: lanes need not find out where the files
 * are, and need no order for it.
 */
export function windowsOfCopy({ trashed, sample, weight }: KnownFiles): PlannedWindow[] {
  const sorted = sample.toSorted((a, b) => a - b);
  const count = Math.min(MOST_WINDOWS, Math.floor((sorted.length * weight) / LEAST_FILES_A_WINDOW));
  const cuts = new Set<number>();
  for (let part = 1; part < count; part++) {
    const time = sorted[Math.floor((sorted.length * part) / count)];
    // Drive takes no dates of more than four digits, and files of before 1970 need no window of their own.
    if (time !== undefined && time > 0) cuts.add(Math.floor(time / 1000));
  }
  const bounds = [undefined, ...cuts, undefined];
  const pages = (sorted.length * weight) / FILES_A_PAGE / Math.max(1, count);
  return bounds.slice(1).map((before, at) => {
    const from = bounds[at];
    const spanMs = from === undefined || before === undefined ? undefined : (before - from) * 1000;
    return { trashed, from, before, pageMs: spanMs && Math.ceil(spanMs / Math.max(1, pages)) };
  });
}
