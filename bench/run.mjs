// `npm run bench`: measures, prints tables, and writes the figures as JSON beside this file.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { measureQueries } from './queries.mjs';
import { tableOf } from './rows.mjs';
import { CASE_NAMES, measureSyncs } from './sync-cases.mjs';

const RESULTS = fileURLToPath(new URL('results.json', import.meta.url));
const QUESTIONS = 'questions';

const { values } = parseArgs({
  options: {
    files: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '5' },
    full: { type: 'boolean', default: false },
    only: { type: 'string', default: [QUESTIONS, ...CASE_NAMES].join(',') },
    scale: { type: 'string', default: '1' },
    drives: { type: 'string' },
    'idle-jobs': { type: 'string' },
  },
});
const wanted = values.only.split(',');
const unknown = wanted.find((name) => name !== QUESTIONS && !CASE_NAMES.includes(name));
if (unknown !== undefined) throw new Error(`--only: there is no case ${unknown}`);

const at = new Date().toISOString();
const machine = { node: process.version, cpus: cpus().length };
const load = loadavg()[0].toFixed(1);
console.log(
  `${machine.cpus} CPUs under a load of ${load}, ${Math.round(totalmem() / 1024 ** 3)} GB, Node ${machine.node}, ${at}`,
);
if (wanted.includes(QUESTIONS)) await askQuestions(Number(values.files), Number(values.runs));
if (CASE_NAMES.some((name) => wanted.includes(name))) await runCases();

function round(number) {
  return number === undefined ? '' : number.toFixed(number < 100 ? 1 : 0);
}

async function askQuestions(files, runs) {
  const rows = await measureQueries({ files, runs });
  console.log(`Questions to ${files.toLocaleString('en')} files; medians of ${runs}`);
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
  keep({ at, files, runs, ...machine, rows });
}

async function runCases() {
  const scale = Number(values.scale);
  const { drives, 'idle-jobs': idleJobs } = values;
  const choices = {
    ...(drives !== undefined && { drives: drives.split(',').map(Number) }),
    ...(idleJobs !== undefined && { idleJobs: Number(idleJobs) }),
  };
  const sync = await measureSyncs({
    wanted,
    full: values.full,
    scale,
    choices,
    tell: (one) => console.table(tableOf(one)),
  });
  // Figures of a try-out are no results.
  if (scale === 1 && drives === undefined) keepCases(sync.map((one) => ({ ...one, at, ...machine })));
  for (const { case: name, rows } of sync) {
    for (const { what, told } of rows.filter(({ isExact }) => isExact === false)) {
      console.error(`${name}: ${what}: ${told}`);
      process.exitCode = 1;
    }
  }
}

/** Cases that were not run this time stay as they were measured last. */
function keepCases(measured) {
  const names = new Set(measured.map(({ case: name }) => name));
  const others = (earlier().sync ?? []).filter(({ case: name }) => !names.has(name));
  keep({ sync: [...others, ...measured].toSorted((a, b) => a.case.localeCompare(b.case)) });
}

function earlier() {
  return existsSync(RESULTS) ? JSON.parse(readFileSync(RESULTS, 'utf8')) : {};
}

function keep(measured) {
  writeFileSync(RESULTS, `${JSON.stringify({ ...earlier(), ...measured }, undefined, 2)}\n`);
}
