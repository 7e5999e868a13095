// How long SQLite takes for the rows of a store alone: the floor under every sync.
import { createRequire } from 'node:module';
import { rmSync } from 'node:fs';

const require = createRequire(import.meta.url);
const { openForWriting } = require('../dist/store/sqlite/open.js');
const { createTransactor } = require('../dist/store/transactor.js');

/** As many as the product commits at once. */
const ROWS_A_TRANSACTION = 32_000;

/** Copies the files into a new store, in which only the unique index lives, then builds what the product builds after a crawl. */
export function copyStore(store) {
  const path = `${store}.copy`;
  const remove = () => ['', '-wal', '-shm'].forEach((suffix) => rmSync(path + suffix, { force: true }));
  remove();
  const db = openForWriting(path);
  try {
    db.prepare('ATTACH ? AS src').run(store);
    const startedAt = performance.now();
    const files = copyFiles(db);
    const copiedAt = performance.now();
    db.exec('DETACH src');
    buildIndexes(db);
    // What is still in the log is written to its place.
    db.close();
    return { files, copyMs: copiedAt - startedAt, indexMs: performance.now() - copiedAt };
  } finally {
    db.close();
    remove();
  }
}

function copyFiles(db) {
  const end = db
    .prepare(
      `SELECT max(pk) FROM (SELECT pk FROM src.file WHERE pk > ? ORDER BY pk LIMIT ${ROWS_A_TRANSACTION})`,
    )
    .pluck();
  const copy = db.prepare('INSERT INTO main.file SELECT * FROM src.file WHERE pk > ? AND pk <= ?');
  let files = 0;
  for (let from = 0, to = end.get(from); to !== null; from = to, to = end.get(from))
    files += copy.run(from, to).changes;
  return files;
}

function buildIndexes(db) {
  const { buildIndexes: step } = createTransactor(db);
  while (step().state !== 'ready');
}
