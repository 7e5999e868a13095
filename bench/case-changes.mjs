// T7: many changes in one log.
import { exactness, figure } from './rows.mjs';
import { keepStore } from './sqlite-changes.mjs';
import { secondsOf, storeOf, syncOnce } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

/** Lets half of the files change and syncs again. */
export async function manyChanges(bench) {
  const files = bench.size(200_000);
  const corpus = { kind: 'seed', seed: 7, files, shape: 'uniform' };
  // The changes of an earlier run must not be there from the start.
  const drive = await bench.drive({ corpus, pageCap: 1000 }, { fresh: true });
  return await inFreshHome(bench, async (home) => {
    await syncOnce(drive, home);
    const applyAlone = keepStore(storeOf(home));
    const changes = await drive.ask('change', files / 2);
    const { seconds, methods, rssMb } = await syncOnce(drive, home);
    const log = methods['changes.list'];
    const aloneMs = applyAlone();
    return [
      figure('changes', changes),
      figure('whole command', seconds, { unit: 's' }),
      figure('log, first page to last', secondsOf(log), { unit: 's', most: 5 }),
      figure('SQLite: the same changes', aloneMs / 1000, { unit: 's' }),
      figure('log ÷ SQLite', secondsOf(log) / (aloneMs / 1000)),
      figure('pages of the log', log.answered),
      figure('peak RSS', rssMb, { unit: 'MB' }),
      exactness('copy', await bench.compare(drive, home)),
    ];
  });
}
