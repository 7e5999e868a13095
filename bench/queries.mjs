// How long the commands take that ask the local copy.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { medianOf, runCommand } from './measure.mjs';
import { median, quantile } from './quantile.mjs';
import { syncedHome } from './store.mjs';

const require = createRequire(import.meta.url);
const { migrations } = require('../dist/store/schema/migrations/index.js');
const { parseQuery } = require('../dist/queries/search/query.js');
const { readRoots } = require('../dist/queries/files/places.js');
const { searchFiles } = require('../dist/queries/search/search.js');
const { openReader } = require('../dist/store/reader.js');

const SEARCHES = {
  'rare word': ['9999', '31415', 'zzz 4711', 'prévisionnel 1234', '7777 budget', 'xyzzy'],
  'common word': ['invoice', 'final', 'report', 'photo', 'budget', 'draft'],
  substring: ['nvoic', 'udge', 'itled', 'adma', 'ontrac', 'esum'],
};
const TIMES_INSIDE = 5;

/** Times of the question itself, in one process; each search is asked several times, the first of them cold. */
function searchInside(store) {
  const reader = openReader(store);
  const options = { limit: 25, roots: readRoots(reader), folderOf: () => undefined };
  const rows = Object.entries(SEARCHES).map(([kind, queries]) => {
    const times = queries.flatMap((query) =>
      Array.from({ length: TIMES_INSIDE }, () => {
        const startedAt = performance.now();
        searchFiles(reader, parseQuery(query, Date.now()), options);
        return performance.now() - startedAt;
      }),
    );
    return { name: `search, ${kind}: inside`, ms: median(times), p95Ms: quantile(times, 0.95), limitMs: 50 };
  });
  reader.close();
  return rows;
}

/** Measures all questions on a copy of this many files. */
export async function measureQueries({ files, runs }) {
  const home = await syncedHome(files, migrations.length);
  const store = join(home, 'accounts', 'default.db');
  const some = (await runCommand(['ls', '/My Drive', '--json'], { home })).stdout.split('\n')[0];
  const { id } = JSON.parse(some);
  const [job] = JSON.parse((await runCommand(['status', '--json'], { home })).stdout).jobs;
  const cases = [
    ...Object.entries(SEARCHES).map(([kind, [query]]) => [`search, ${kind}`, ['search', query], 300]),
    ['search, by size', ['search', 'type:image', '--sort', 'size'], 1_000],
    ['search, by pattern', ['search', '*.pdf'], 300],
    ['status', ['status'], 300],
    ['status, one job', ['status', job.jobId], 300],
    ['ls, a folder', ['ls', id], 300],
    ['info', ['info', id], 300],
    ['du, all places', ['du'], 3_000],
    ['du, by type', ['du', '--by', 'type'], 3_000],
    ['all paths', ['ls', '-R', '--trashed'], 15_000],
    ['export', ['export'], undefined],
  ];
  const rows = searchInside(store);
  for (const [name, args, limitMs] of cases) {
    const { ms, p95Ms, rssMb } = await medianOf(runs, args, { home, sink: true });
    rows.push({
      name,
      ms,
      p95Ms,
      rssMb,
      limitMs,
      ...(name === 'export' && { rowsPerSecond: files / (ms / 1000) }),
    });
  }
  return rows;
}
