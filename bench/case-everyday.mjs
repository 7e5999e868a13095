// M3: how long a person waits for the first sync of a Drive of usual size.
import { PAGES_A_SECOND, QUOTA } from './quota.mjs';
import { exactness, figure } from './rows.mjs';
import { syncAsUsers } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

const FILES = 100_000;

/** Syncs with the defaults into an empty home. */
export async function firstSync(bench) {
  const options = {
    corpus: { kind: 'seed', seed: 7, files: bench.size(FILES) },
    pageCap: 460,
    latencyMs: 200,
    quota: QUOTA,
  };
  const drive = await bench.drive(options, { fresh: true });
  return await inFreshHome(bench, async (home) => {
    const run = await syncAsUsers(drive, home);
    const comparison = await bench.compare(drive, home);
    return [
      figure('summary printed', run.firstSeconds, { unit: 's', most: 6 }),
      figure('whole command', run.seconds, { unit: 's' }),
      figure('what the quota allows for full pages', comparison.leastPages / PAGES_A_SECOND, { unit: 's' }),
      figure('pages of the flat listing', run.methods['files.list'].asked),
      figure('listings of folders', run.inFolders),
      figure('throttled', (100 * run.refused) / run.requests, { unit: '%' }),
      figure('peak RSS', run.rssMb, { unit: 'MB' }),
      figure('CPU', run.cpuSeconds, { unit: 's' }),
      figure('CPU of the emulated Drive', run.driveCpuMs / 1000, { unit: 's' }),
      exactness('copy', comparison),
    ];
  });
}
