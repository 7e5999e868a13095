// How long SQLite takes for the changes of a log alone: the floor under a sync that follows it.
import { createRequire } from 'node:module';
import { copyFileSync, rmSync } from 'node:fs';

const { openForWriting } = createRequire(import.meta.url)('../dist/store/sqlite/open.js');

/** As many as the product commits at once. */
const CHANGES_A_TRANSACTION = 32_000;
/** What differs after each kind of change; SQLite is told no other columns. */
const COLUMNS = {
  renamed: ['version', 'name', 'extra', 'changed_at'],
  edited: ['version', 'size', 'quota_bytes', 'md5', 'modified_time', 'extra', 'changed_at'],
};

/** Keeps a store as it is now; the function that is returned brings the copy up to what the store has become, and says in how many ms. */
export function keepStore(store) {
  const path = `${store}.before`;
  copyFileSync(store, path);
  return () => {
    const db = openForWriting(path);
    try {
      return applyEvents(db, store);
    } finally {
      db.close();
      for (const suffix of ['', '-wal', '-shm']) rmSync(path + suffix, { force: true });
    }
  };
}

function applyEvents(db, store) {
  db.prepare('ATTACH ? AS src').run(store);
  const last = (schema) => db.prepare(`SELECT coalesce(max(pk), 0) FROM ${schema}.file_event`).pluck().get();
  const updates = Object.keys(COLUMNS).map((kind) => updateOf(db, kind));
  const tell = db.prepare(
    'INSERT INTO main.file_event SELECT * FROM src.file_event WHERE pk > ? AND pk <= ?',
  );
  const apply = db.transaction((from, to) => {
    for (const update of updates) update.run(from, to);
    tell.run(from, to);
  });
  const [first, end] = [last('main'), last('src')];
  const startedAt = performance.now();
  for (let from = first; from < end; from += CHANGES_A_TRANSACTION)
    apply.immediate(from, Math.min(end, from + CHANGES_A_TRANSACTION));
  const ms = performance.now() - startedAt;
  if (differs(db)) throw new Error('SQLite alone has not come to the same rows');
  return ms;
}

/** Whether anything is different from the store that was followed, except for what no change reports. */
function differs(db) {
  const columns = db
    .pragma('table_info(file)')
    .map(({ name }) => name)
    .filter((name) => name !== 'generation_pk');
  const of = (schema) => `SELECT ${columns.join(', ')} FROM ${schema}.file`;
  return (
    db
      .prepare(`SELECT EXISTS (${of('src')} EXCEPT ${of('main')})`)
      .pluck()
      .get() === 1
  );
}

/** Each row found by its id, as the changes of a log are. */
function updateOf(db, kind) {
  const columns = COLUMNS[kind].join(', ');
  return db.prepare(`
    UPDATE main.file SET (${columns}) = (SELECT ${columns} FROM src.file AS now WHERE now.id = main.file.id)
    WHERE id IN (
      SELECT id FROM src.file_event AS event CROSS JOIN src.file AS now ON now.pk = event.file_pk
      WHERE event.pk > ? AND event.pk <= ? AND event.kind = '${kind}')`);
}
