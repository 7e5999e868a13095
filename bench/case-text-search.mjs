// C2: how long a search in the texts takes, in a process that has the stores open.
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { median } from './quantile.mjs';
import { figure } from './rows.mjs';
import { accessTo, syncOnce, WITHOUT_QUOTA } from './sync-run.mjs';
import { wordOf, writeTexts } from './text-store.mjs';
import { inFreshHome } from './workbench.mjs';

const require = createRequire(import.meta.url);
const { openContentReader } = require('../dist/content/store/reader.js');
const { findFiles } = require('../dist/queries/contents/find.js');
const { readRoots } = require('../dist/queries/files/places.js');
const { parseQuery } = require('../dist/queries/search/query.js');

const FILES = 140_000;
const TEXTS = 100_000;
const TIMES = 5;
const [COMMON, USUAL, RARE] = [2, 300, 50_000].map(wordOf);
const QUERIES = [
  ['a rare word', `"${RARE}"`, 20],
  ['a rare word beside a common one', `"${RARE}" "${COMMON}"`, 20],
  ['a usual word', `"${USUAL}"`, 300],
  ['a common word', `"${COMMON}"`, 300],
  ['a common word with a filter', `"${COMMON}" type:pdf`, 300],
  ['a common word to leave out', `"${USUAL}" -"${COMMON}"`, 300],
];

/** Measures searches in the texts of a large copy. */
export async function searchedTexts(bench) {
  const drive = await bench.drive({
    corpus: { kind: 'seed', seed: 7, files: bench.size(FILES) },
    pageCap: 1_000,
  });
  return await inFreshHome(bench, async (home) => {
    await syncOnce(drive, home, { env: { ...accessTo(drive), ...WITHOUT_QUOTA } });
    const paths = ['default.db', 'default.content.db'].map((name) => join(home, 'accounts', name));
    const texts = writeTexts(...paths, bench.size(TEXTS));
    const reader = openContentReader(...paths);
    const options = { limit: 25, roots: readRoots(reader), folderOf: () => undefined };
    const rows = QUERIES.map(([what, query, most]) => {
      const times = Array.from({ length: TIMES }, () => {
        const startedAt = performance.now();
        findFiles(reader, parseQuery(query, Date.now()), options);
        return performance.now() - startedAt;
      });
      return figure(what, median(times), { unit: 'ms', most });
    });
    reader.close();
    return [figure('texts', texts, { unit: 'files' }), ...rows];
  });
}
