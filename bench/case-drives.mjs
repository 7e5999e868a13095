// T8: many shared drives at once.
import { exactness, figure } from './rows.mjs';
import { syncOnce } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

const LATENCY_MS = 300;

/** Crawls an account with many shared drives of a thousand files. */
export async function manyDrives(bench) {
  const files = bench.size(1_000);
  const count = bench.full ? 300 : 100;
  const drives = Array.from({ length: count }, (_, index) => ({ name: `Drive ${index}`, files }));
  const drive = await bench.drive({
    corpus: { kind: 'seed', seed: 7, files, drives },
    pageCap: 460,
    latencyMs: LATENCY_MS,
  });
  return await inFreshHome(bench, async (home) => {
    const run = await syncOnce(drive, home);
    // Only pages of lists take the emulated Drive time.
    const lists = Object.values(run.methods).filter(({ slow }) => slow);
    const pages = lists.reduce((sum, { asked }) => sum + asked, 0);
    const ideal = (pages * LATENCY_MS) / 1000 / run.inFlight;
    const span = spanOf(lists);
    return [
      figure('shared drives', count),
      figure('crawl', run.crawlSeconds, { unit: 's' }),
      figure('all pages, first to last', span, { unit: 's' }),
      figure('requests in flight', run.inFlight),
      figure('ideal', ideal, { unit: 's' }),
      figure('all pages ÷ ideal', span / ideal),
      figure('whole command', run.seconds, { unit: 's' }),
      figure('peak RSS', run.rssMb, { unit: 'MB' }),
      exactness('copy', await bench.compare(drive, home)),
    ];
  });
}

function spanOf(lists) {
  const first = Math.min(...lists.map(({ firstAt }) => firstAt));
  return (Math.max(...lists.map(({ lastAt }) => lastAt)) - first) / 1000;
}
