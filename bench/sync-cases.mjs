// The cases of whole syncs, and how they are run.
import { manyChanges } from './case-changes.mjs';
import { manyDrives } from './case-drives.mjs';
import { firstSync } from './case-everyday.mjs';
import { searchedTexts } from './case-text-search.mjs';
import { manyTexts } from './case-texts.mjs';
import { byShape, outOfOrder } from './case-lanes.mjs';
import { foldersOfOthers } from './case-others.mjs';
import { underQuota } from './case-quota.mjs';
import { manySources } from './case-sources.mjs';
import { manyFiles, secondCrawl, throughput } from './case-throughput.mjs';
import { failure, merge } from './rows.mjs';
import { openWorkbench } from './workbench.mjs';

const RUNS = 3;

/** In the order in which they are run: T6 goes on from T3, and T4 compares itself with it. `short`, `full`: how often in that mode, if not once and three times. */
const CASES = {
  T1: { run: underQuota },
  T2: { run: byShape },
  T5: { run: outOfOrder },
  T3: { run: throughput, short: RUNS },
  T6: { run: secondCrawl },
  T4: { run: manyFiles, short: 0, full: 1 },
  T7: { run: manyChanges },
  T8: { run: manyDrives },
  M1: { run: manySources, full: 1 },
  M2: { run: foldersOfOthers, full: 1 },
  M3: { run: firstSync },
  C1: { run: manyTexts },
  C2: { run: searchedTexts, full: 1 },
};

/** The names of all cases. */
export const CASE_NAMES = Object.keys(CASES);

/** Runs the cases that are wanted; `tell` gets the figures of each as soon as it is through. */
export async function measureSyncs({ wanted, full, scale, choices, tell }) {
  const bench = openWorkbench({ scale, full, choices });
  const all = [];
  try {
    for (const [name, { run, short = 1, full: whole = RUNS }] of Object.entries(CASES)) {
      const runs = full ? whole : short;
      if (!wanted.includes(name) || runs === 0) continue;
      const measured = {
        case: name,
        full,
        runs,
        rows: await repeat(runs, (isLast) => run(bench, { isLast })),
      };
      tell(measured);
      all.push(measured);
    }
    return all;
  } finally {
    await bench.close();
  }
}

/** One case that fails must not keep the others from being measured. */
async function repeat(times, run) {
  const runs = [];
  try {
    while (runs.length < times) runs.push(await run(runs.length === times - 1));
  } catch (error) {
    runs.push([failure(error)]);
  }
  return merge(runs);
}
