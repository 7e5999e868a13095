import type { Window } from '../model/partition';

/** A window with an estimate of the time that a page of it covers, in ms. */
export interface PlannedWindow extends Window {
  pageMs: number | undefined;
}

/** What the copy says about the files that a crawl will list again. */
export interface KnownFiles {
  trashed: boolean;
  /** Times of a sample of them, in ms, in any order. */
  sample: readonly number[];
  /** How many files each time of the sample stands for. */
  weight: number;
}

/** Fewer files than this are listed just as fast in one window. */
const LEAST_FILES_A_WINDOW = 10_000;
const MOST_WINDOWS = 32;
const FILES_A_PAGE = 1_000;

/**
 * Cuts a source with a copy into windows of about equally many files, without gaps. So lanes need neither the
 * order of the listing nor a search for where the files are.
 */
export function windowsOfCopy({ trashed, sample, weight }: KnownFiles): PlannedWindow[] {
  const sorted = sample.toSorted((a, b) => a - b);
  const count = Math.min(MOST_WINDOWS, Math.floor((sorted.length * weight) / LEAST_FILES_A_WINDOW));
  const cuts = new Set<number>();
  for (let part = 1; part < count; part++) {
    const time = sorted[Math.floor((sorted.length * part) / count)];
    // Drive takes only four-digit years, and files from before 1970 need no window of their own.
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
