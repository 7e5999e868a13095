// `npm run bench`: measures, prints a table, and writes the figures as JSON beside this file.
import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureQueries } from './queries.mjs';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
  },
});
const files = Number(values.files);
const runs = Number(values.runs);

const round = (number) => (number === undefined ? '' : number.toFixed(number < 100 ? 1 : 0));
const rows = await measureQueries({ files, runs });
console.log(
  `${files.toLocaleString('en')} files, ${cpus().length} CPUs, ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${process.version}; medians of ${runs}`,
);
console.table(
  rows.map(({ name, ms, p95Ms, limitMs, rssMb, rowsPerSecond }) => ({
    question: name,
    'median ms': round(ms),
    'p95 ms': round(p95Ms),
    'target ms': limitMs ?? '',
    'peak RSS MB': round(rssMb),
    'rows/s': rowsPerSecond === undefined ? '' : Math.round(rowsPerSecond),
  })),
);
writeFileSync(
  fileURLToPath(new URL('results.json', import.meta.url)),
  `${JSON.stringify({ at: new Date().toISOString(), files, runs, node: process.version, cpus: cpus().length, rows }, undefined, 2)}\n`,
);
