// T1: a crawl that the quota holds back.
import { PAGES_A_SECOND, QUOTA, UNITS_PER_MINUTE } from './quota.mjs';
import { exactness, figure } from './rows.mjs';
import { syncOnce } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

/** Crawls a large Drive under Drive's own quota. */
export async function underQuota(bench) {
  const options = {
    corpus: { kind: 'seed', seed: 7, files: bench.size(1_000_000), shape: 'uniform' },
    pageCap: 460,
    latencyMs: 400,
    jitter: 0.5,
    quota: QUOTA,
  };
  // A quota that has rested has saved up a minute's worth.
  const drive = await bench.drive(options, { fresh: true });
  return await inFreshHome(bench, async (home) => {
    const env = { GDRIVE_SYNC_UNITS_PER_MINUTE: String(UNITS_PER_MINUTE) };
    const run = await syncOnce(drive, home, { env });
    const comparison = await bench.compare(drive, home);
    const { leastPages } = comparison;
    return [
      figure('crawl', run.crawlSeconds, { unit: 's' }),
      figure('whole command', run.seconds, { unit: 's' }),
      figure('crawl ÷ what the quota allows', run.crawlSeconds / (leastPages / PAGES_A_SECOND), {
        most: 1.25,
      }),
      figure('pages ÷ least pages', run.pages / leastPages, { most: 1.06 }),
      figure('throttled', (100 * run.refused) / run.requests, { unit: '%', most: 1 }),
      exactness('copy', comparison),
    ];
  });
}
