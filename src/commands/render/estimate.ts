/** How many pages were done at a moment; `at` in ms. */
export interface Sample {
  at: number;
  pages: number;
}

/** An older pace says little about what comes next. */
const LONGEST_SPAN_MS = 30_000;
const SHORTEST_SPAN_MS = 5_000;

/** Adds a sample and drops those that are too old to matter. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  return [...samples.filter(({ at }) => at >= sample.at - LONGEST_SPAN_MS), sample];
}

/**
 * How long this many pages take at the pace of the samples, in ms; undefined if the samples are too few to
 * tell.
 */
export function timeLeftMs(samples: readonly Sample[], pagesLeft: number | undefined): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || pagesLeft === undefined) return undefined;
  const spanMs = last.at - first.at;
  const pages = last.pages - first.pages;
  return spanMs < SHORTEST_SPAN_MS || pages <= 0 ? undefined : (pagesLeft * spanMs) / pages;
}
