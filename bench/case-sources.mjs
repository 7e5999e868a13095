// M1: an account in very many shared drives, of which most have nothing new.
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { watchCurrent } from './current.mjs';
import { PAGES_A_SECOND, QUOTA } from './quota.mjs';
import { exactness, failure, figure } from './rows.mjs';
import { storeOf, syncAsUsers, WITHOUT_QUOTA } from './sync-run.mjs';
import { eventsBetween } from './temporal-events.mjs';
import { inFreshHome } from './workbench.mjs';

const COUNTS = [2_500, 100, 3];
const FILES_A_DRIVE = 6;
const OWN_FILES = 100;
const IDLE_JOBS = 5;
/** As Drive may answer to somebody far away. */
const SLOW = { latencyMs: 200, quota: QUOTA };
/** A first job that takes longer will not end. */
const LIMIT_MS = 900_000;
/** A drive that fails for ever may be waited for, and makes the job a failure or an incomplete one. */
const ENDS_WITH_FAILURE = [0, 1, 3];

/** Syncs accounts in more and fewer shared drives. */
export async function manySources(bench) {
  const counts = bench.choices.drives ?? [...new Set(COUNTS.map((count) => bench.size(count)))];
  const rows = [];
  for (const count of counts) {
    const named = (row) => ({ ...row, what: `${count.toLocaleString('en')} drives: ${row.what}` });
    // Too many drives must not keep the fewer ones from being measured.
    rows.push(...(await measure(bench, count).catch((error) => [failure(error)])).map(named));
  }
  return rows;
}

async function measure(bench, count) {
  const drives = Array.from({ length: count }, (_, index) => ({
    name: `Drive ${index}`,
    files: FILES_A_DRIVE,
  }));
  const corpus = { kind: 'seed', seed: 7, files: OWN_FILES, drives };
  const drive = await bench.drive({ corpus, pageCap: 460 }, { fresh: true });
  return await inFreshHome(bench, async (home) => {
    const first = await syncAsUsers(drive, home, { env: WITHOUT_QUOTA, limitMs: LIMIT_MS });
    const copy = exactness('copy after the first job', await bench.compare(drive, home));
    const idle = await syncAsUsers(drive, home, { env: WITHOUT_QUOTA });
    const growth = await growthOf(drive, home, bench.choices.idleJobs ?? IDLE_JOBS);
    await drive.ask('pace', SLOW);
    const slow = await slowIdle(drive, home, count);
    const broken = await oneBroken(drive, home, count, slow);
    return [
      figure('first job', first.seconds, { unit: 's' }),
      figure('first job: peak RSS', first.rssMb, { unit: 'MB' }),
      figure('first job: CPU', first.cpuSeconds, { unit: 's' }),
      ...countRows('first job', first),
      copy,
      figure('idle job', idle.seconds, { unit: 's' }),
      figure('idle job: CPU', idle.cpuSeconds, { unit: 's' }),
      ...countRows('idle job', idle),
      ...growth,
      ...slow.rows,
      ...broken,
      exactness('copy at the end', await bench.compare(drive, home)),
    ];
  });
}

function countRows(name, { methods }) {
  return ['changes.list', 'files.list', 'drives.list'].map((method) =>
    figure(`${name}: ${method}`, methods[method]?.asked ?? 0),
  );
}

/** What is kept of jobs that find nothing. */
async function growthOf(drive, home, jobs) {
  const before = sizesOf(home);
  for (let job = 0; job < jobs; job++) await syncAsUsers(drive, home, { env: WITHOUT_QUOTA });
  const after = sizesOf(home);
  return [
    figure('idle jobs in a row', jobs),
    figure('the store grows by, for each', (after.store - before.store) / jobs / 1024, { unit: 'KB' }),
    figure("Temporal's database grows by, for each", (after.temporal - before.temporal) / jobs / 1024, {
      unit: 'KB',
    }),
  ];
}

function sizesOf(home) {
  return { store: sizeOf(storeOf(home)), temporal: sizeOf(join(home, 'temporal', 'server.db')) };
}

/** Of a database with what still lies in its log. */
function sizeOf(path) {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file));
  return files.reduce((sum, file) => sum + statSync(file).size, 0);
}

/** An idle job that the quota and Drive's latency hold back, with the events of its workflows. */
async function slowIdle(drive, home, count) {
  const startedAt = Date.now();
  const run = await syncAsUsers(drive, home, {
    watch: () => watchCurrent(home, { count: count + 1 }),
  });
  const temporal = await eventsBetween(drive, home, startedAt, Date.now());
  const requests = count + count / 100;
  return {
    current: run.watched.all,
    rows: [
      figure('idle job, 200 ms and quota', run.seconds, {
        unit: 's',
        most: 1.25 * (requests / PAGES_A_SECOND) + 4,
      }),
      figure('idle job, 200 ms and quota: all current', run.watched.all, { unit: 's' }),
      figure('idle job, 200 ms and quota: CPU', run.cpuSeconds, { unit: 's' }),
      figure('idle job, 200 ms and quota: peak RSS', run.rssMb, { unit: 'MB' }),
      ...countRows('idle job, 200 ms and quota', run),
      figure('idle job, 200 ms and quota: runs of workflows', temporal.runs),
      figure('idle job, 200 ms and quota: events', temporal.events),
    ],
  };
}

/** A job in which the log of one drive fails forever, and one after it is repaired. */
async function oneBroken(drive, home, count, { current }) {
  const except = await drive.ask('breakLog', true);
  const run = await syncAsUsers(drive, home, {
    ends: ENDS_WITH_FAILURE,
    watch: () => watchCurrent(home, { count, except }),
  });
  await drive.ask('breakLog', false);
  const repaired = await syncAsUsers(drive, home, { ends: ENDS_WITH_FAILURE });
  return [
    figure('one drive fails: the others are current', run.watched.all ?? NaN, { unit: 's' }),
    figure('one drive fails: later than in an idle job', (run.watched.all ?? NaN) - current, {
      unit: 's',
      most: 60,
    }),
    figure('one drive fails: whole command', run.seconds, { unit: 's' }),
    figure('one drive fails: exit code', run.end),
    figure('repaired: exit code', repaired.end, { most: 0 }),
  ];
}
