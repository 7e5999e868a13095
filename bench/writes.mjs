// What has been written into the files of a store, to tell whether a sync has rewritten any.
import { createRequire } from 'node:module';

const Database = createRequire(import.meta.url)('better-sqlite3');

/**
 * `later`: rows written after a moment; `sum`: of all times of change, counted from when the store was made, so that no digit
 * is lost; `findings`: rows that all crawls say they have written.
 */
export function writesOf(store, since = Number.MAX_SAFE_INTEGER) {
  const db = new Database(store, { readonly: true });
  try {
    const times = `
      SELECT count(*) AS files, max(changed_at) AS last, sum(changed_at > ?) AS later,
        sum(changed_at - (SELECT created_at FROM store)) AS sum
      FROM file`;
    const findings = db.prepare('SELECT sum(added + changed) FROM generation').pluck().get();
    return { ...db.prepare(times).get(since), findings };
  } finally {
    db.close();
  }
}
