// T2 and T5: what many listing loops gain over one, for each shape of a Drive and for listings out of order.
import { exactness, figure } from './rows.mjs';
import { syncOnce } from './sync-run.mjs';
import { inFreshHome } from './workbench.mjs';

const FILES = 200_000;
const FILES_OF_ESTIMATE = 20_000;
const LANES = 16;
const SHAPES = ['uniform', 'migrated', 'bursty', 'identical'];

const optionsOf = (files, { shape = 'uniform', order = 'honored' } = {}) => ({
  corpus: { kind: 'seed', seed: 7, files, shape },
  pageCap: 460,
  latencyMs: 300,
  order,
});

async function crawl(bench, options, lanes) {
  const drive = await bench.drive(options);
  return await inFreshHome(bench, async (home) => {
    const run = await syncOnce(drive, home, { env: { GDRIVE_SYNC_LANES: String(lanes) } });
    return { ...run, comparison: await bench.compare(drive, home) };
  });
}

/** What one lane takes for a page, measured once: on as many files, or (in the short mode) on a small Drive. */
async function oneLane(bench) {
  bench.known.oneLane ??= await measureOneLane(bench);
  return bench.known.oneLane;
}

async function measureOneLane(bench) {
  const files = bench.full ? bench.size(FILES) : Math.min(FILES_OF_ESTIMATE, bench.size(FILES));
  const { crawlSeconds, pages, comparison } = await crawl(bench, optionsOf(files), 1);
  const name = `one lane, ${files.toLocaleString('en')} files`;
  // The clock starts with the first answer: it sees one page less.
  const secondsAPage = crawlSeconds / (pages - 1);
  return {
    secondsAPage,
    rows: [
      figure(`${name}: one page`, 1000 * secondsAPage, { unit: 'ms' }),
      exactness(`${name}: copy`, comparison),
    ],
  };
}

/** Figures of many lanes; one lane would ask for the least pages, one after another. */
async function manyLanes(bench, { name, options, efficiency, speedUp }) {
  const { secondsAPage } = await oneLane(bench);
  const { crawlSeconds, pages, comparison } = await crawl(bench, options, LANES);
  const { leastPages } = comparison;
  const gained = ((leastPages - 1) * secondsAPage) / crawlSeconds;
  return [
    figure(`${name}: crawl`, crawlSeconds, { unit: 's' }),
    figure(`${name}: speed-up`, gained, { least: speedUp }),
    figure(`${name}: efficiency`, gained / LANES, { least: efficiency }),
    figure(`${name}: wasted pages`, pages - leastPages),
    exactness(`${name}: copy`, comparison),
  ];
}

/** Crawls Drives whose times are spread in different ways. */
export async function byShape(bench) {
  const rows = [...(await oneLane(bench)).rows];
  for (const shape of bench.full ? SHAPES : SHAPES.slice(0, 2)) {
    const options = optionsOf(bench.size(FILES), { shape });
    // Files of one second cannot be divided by time: they are one lane's work.
    const efficiency = shape === 'identical' ? undefined : 0.75;
    rows.push(...(await manyLanes(bench, { name: shape, options, efficiency })));
  }
  return rows;
}

/** Crawls Drives whose listings are not, or not always, in the order that was asked for. */
export async function outOfOrder(bench) {
  const files = bench.size(FILES);
  const ignored = optionsOf(files, { order: 'ignored' });
  const sloppy = optionsOf(files, { order: { sloppyPages: 0.01 } });
  return [
    ...(await manyLanes(bench, { name: 'ignored', options: ignored, speedUp: 4 })),
    ...(await manyLanes(bench, { name: 'sloppy', options: sloppy })),
  ];
}
