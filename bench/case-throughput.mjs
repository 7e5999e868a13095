// T3, T4 and T6: a Drive without latency, so that the sync itself is all that takes time.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cpuBetween, watchThreads } from './process-usage.mjs';
import { parseAlone } from './parse-alone.mjs';
import { exactness, figure } from './rows.mjs';
import { copyStore } from './sqlite-copy.mjs';
import { median } from './quantile.mjs';
import { storeOf, syncOnce } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';
import { writesOf } from './writes.mjs';

const FILES = 1_000_000;
const MANY_FILES = 5_000_000;
const PRELOAD = fileURLToPath(new URL('loop-delay.cjs', import.meta.url));

const driveOf = (bench, files) =>
  bench.drive({
    corpus: { kind: 'seed', seed: 7, files: bench.size(files), shape: 'uniform' },
    pageCap: 1000,
  });

/** Syncs into a home while its threads and its event loop are watched. */
async function watchedSync(drive, home, args = []) {
  const delayFile = join(home, 'loop-delay.json');
  const env = { NODE_OPTIONS: `--require "${PRELOAD}"`, BENCH_LOOP_DELAY: delayFile };
  const run = await syncOnce(drive, home, { args, env, watch: watchThreads });
  const { firstAnsweredAt, lastAt } = run.methods['files.list'];
  const cpu = cpuBetween(run.watched, firstAnsweredAt, lastAt);
  return { ...run, cpu, delay: JSON.parse(readFileSync(delayFile, 'utf8')) };
}

function usageRows({ cpu, pages, rssMb, delay, driveCpuMs }, mostMb) {
  const { main, writer, rest } = cpu;
  return [
    figure('peak RSS', rssMb, { unit: 'MB', most: mostMb }),
    figure('CPU of a page: main thread', main / pages, { unit: 'ms' }),
    figure('CPU of a page: busiest other thread', writer / pages, { unit: 'ms' }),
    figure('CPU of a page: rest', rest / pages, { unit: 'ms' }),
    figure('CPU of a page: emulated Drive', driveCpuMs / pages, { unit: 'ms' }),
    figure('event loop delay p50', delay.p50, { unit: 'ms' }),
    figure('event loop delay p99', delay.p99, { unit: 'ms' }),
    figure('event loop delay max', delay.max, { unit: 'ms' }),
  ];
}

/** `parseMs` and `copyMs` are what one thread has to do at least for each page and for all files; the rest of the writer's time is ours. */
function speedRows({ seconds, crawlSeconds, pages, cpu }, { files, parseMs, copyMs, indexMs }) {
  const floorMs = parseMs + copyMs / pages;
  return [
    figure('whole command', files / seconds, { unit: 'files/s', least: 30_000 }),
    figure('crawl alone', files / crawlSeconds, { unit: 'files/s' }),
    figure('SQLite: copy', copyMs / 1000, { unit: 's' }),
    figure('SQLite: indexes', indexMs / 1000, { unit: 's' }),
    figure('whole command ÷ SQLite', seconds / ((copyMs + indexMs) / 1000), { most: 2 }),
    figure('Node: a page decompressed and parsed', parseMs, { unit: 'ms' }),
    figure('SQLite: a page copied', copyMs / pages, { unit: 'ms' }),
    figure("writer's CPU ÷ Node and SQLite", cpu.writer / pages / floorMs),
    figure('whole command ÷ Node and SQLite', (1000 * seconds) / (floorMs * pages + indexMs)),
  ];
}

/** Syncs, times SQLite alone on the same rows, and compares. `copied`: what SQLite took for them, where that is known. */
async function measure(bench, { drive, home, mostMb, copied, compares = true }) {
  const run = await watchedSync(drive, home);
  const copy = copied ?? { ...copyStore(storeOf(home)), parseMs: await parseAlone(drive) };
  const { main, writer, rest } = run.cpu;
  return {
    copy,
    cost: { rssMb: run.rssMb, cpuMs: (main + writer + rest) / run.pages },
    rows: [
      ...speedRows(run, copy),
      ...usageRows(run, mostMb),
      ...(compares ? [exactness('copy', await bench.compare(drive, home))] : []),
    ],
  };
}

/** A whole sync as fast as it goes. Its store is left for a second crawl. The short mode copies and compares once: each takes as long as the sync. */
export async function throughput(bench, { isLast }) {
  const { known } = bench;
  const drive = await driveOf(bench, FILES);
  if (known.home !== undefined) bench.drop(known.home);
  known.home = bench.home();
  const { copy, cost, rows } = await measure(bench, {
    drive,
    home: known.home,
    copied: known.copied,
    compares: isLast || bench.full,
  });
  if (!bench.full) known.copied = copy;
  known.costs = [...(known.costs ?? []), cost];
  return rows;
}

/** The same with many more files: what a page costs and what is held in memory must not grow with them. */
export async function manyFiles(bench) {
  const drive = await driveOf(bench, MANY_FILES);
  const { cost, rows } = await inFreshHome(bench, (home) => measure(bench, { drive, home, mostMb: 350 }));
  const { costs } = bench.known;
  if (costs === undefined) return rows;
  const before = (name) => median(costs.map((each) => each[name]));
  return [
    ...rows,
    figure('peak RSS ÷ that of T3', cost.rssMb / before('rssMb'), { most: 1.1 }),
    figure('CPU of a page ÷ that of T3', cost.cpuMs / before('cpuMs'), { most: 1.5 }),
  ];
}

/** A full crawl of a Drive in which nothing has changed: nothing is to be written. */
export async function secondCrawl(bench) {
  const drive = await driveOf(bench, FILES);
  if (bench.known.home === undefined) {
    bench.known.home = bench.home();
    await syncOnce(drive, bench.known.home);
  }
  const { home } = bench.known;
  const before = writesOf(storeOf(home));
  const run = await watchedSync(drive, home, ['--full']);
  const after = writesOf(storeOf(home), before.last);
  const comparison = await bench.compare(drive, home);
  return [
    figure('whole command', before.files / run.seconds, { unit: 'files/s', least: 40_000 }),
    figure('crawl alone', before.files / run.crawlSeconds, { unit: 'files/s' }),
    ...usageRows(run),
    figure('rows that the crawl counts as written', after.findings - before.findings, { most: 0 }),
    figure('rows written later than before', after.later, { most: 0 }),
    figure('sum of all times of change, more by', after.sum - before.sum, { unit: 'ms', most: 0 }),
    exactness('copy', comparison),
  ];
}
