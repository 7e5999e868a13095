/** What was counted of a listing at some moment; `at` in ms. */
export interface Sample {
  at: number;
  pages: number;
}

/** The pace of longer ago says little of what comes next. */
const LONGEST_SPAN_MS = 30_000;
const SHORTEST_SPAN_MS = 5_000;

/** The samples to go on with after another one. */
export function addSample(samples: readonly Sample[], sample: Sample): Sample[] {
  return [...samples.filter(({ at }) => at >= sample.at - LONGEST_SPAN_MS), sample];
}

/** How long so many pages take at the pace of the samples, in ms; undefined while they tell too little. */
export function timeLeftMs(samples: readonly Sample[], pagesLeft: number | undefined): number | undefined {
  const [first] = samples;
  const last = samples.at(-1);
  if (first === undefined || last === undefined || pagesLeft === undefined) return undefined;
  const spanMs = last.at - first.at;
  const pages = last.pages - first.pages;
  return spanMs < SHORTEST_SPAN_MS || pages <= 0 ? undefined : (pagesLeft * spanMs) / pages;
}
