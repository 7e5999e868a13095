// C1: how fast the texts of files are fetched, extracted and indexed, without latency and quota.
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { runCommand } from './measure.mjs';
import { figure } from './rows.mjs';
import { accessTo, syncOnce, WITHOUT_QUOTA } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

const Database = createRequire(import.meta.url)('better-sqlite3');
const FILES = 20_000;
const BYTES = 20_000;

/** Fetches the texts of many small files into a home whose metadata is up to date. */
export async function manyTexts(bench) {
  const drive = await bench.drive({ corpus: { kind: 'seed', seed: 7, files: 100 } }, { fresh: true });
  const count = bench.size(FILES);
  await drive.ask('addTexts', { count, bytes: BYTES });
  return await inFreshHome(bench, async (home) => {
    await syncOnce(drive, home);
    const env = { ...accessTo(drive), ...WITHOUT_QUOTA };
    await runCommand(['content', 'on', '--text', '--yes'], { home, env });
    const run = await syncOnce(drive, home);
    const { firstAnsweredAt, lastAt } = run.methods['files.get'];
    const db = new Database(join(home, 'accounts', 'default.content.db'), { readonly: true });
    const done = db.prepare("SELECT sum(files) FROM tally WHERE state = 'done'").pluck().get();
    db.close();
    return [
      figure('texts', done, { unit: 'files', least: count }),
      figure('first to last download', count / ((lastAt - firstAnsweredAt) / 1000), {
        unit: 'files/s',
        least: 300,
      }),
      figure('whole command', run.seconds, { unit: 's' }),
      figure('peak RSS of the main process', run.rssMb, { unit: 'MB' }),
      figure('CPU of the emulated Drive', run.driveCpuMs / 1000, { unit: 's' }),
    ];
  });
}
