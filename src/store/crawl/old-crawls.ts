import type Database from 'better-sqlite3';

/** Closed crawls kept for each source. */
const KEPT_CRAWLS = 2;
/** Deleting more rows at once would block other writes. */
const MOST_ROWS = 20_000;
/** How long findings without a crawl are kept, in ms. */
const FINDINGS_MS = 30 * 86_400_000;

const OLD = /* sql */ `
SELECT pk FROM (
  SELECT pk, closed_at, row_number() OVER (PARTITION BY source_pk ORDER BY pk DESC) AS age FROM generation)
WHERE closed_at IS NOT NULL AND age > ${String(KEPT_CRAWLS)}`;

const FORGET_SEEN = /* sql */ `
DELETE FROM seen WHERE (generation_pk, file_pk) IN (
  SELECT generation_pk, file_pk FROM generation CROSS JOIN seen ON generation_pk = generation.pk
  WHERE closed_at IS NOT NULL LIMIT ${String(MOST_ROWS)})`;

/**
 * Deletes what closed crawls have left behind, a part at a time. Each call runs inside the caller's
 * transaction.
 */
export function oldCrawls(db: Database.Database): { prune: (now: number) => void } {
  const forgetSeen = db.prepare(FORGET_SEEN);
  const old = db.prepare<[], number>(OLD).pluck();
  const forgetWindows = db.prepare('DELETE FROM partition WHERE generation_pk = ?');
  const forgetCrawl = db.prepare('DELETE FROM generation WHERE pk = ?');
  const forgetFindings = db.prepare(
    'DELETE FROM item_error WHERE at < ? AND generation_pk NOT IN (SELECT pk FROM generation)',
  );
  return {
    prune(now) {
      forgetSeen.run();
      for (const pk of old.all()) {
        forgetWindows.run(pk);
        forgetCrawl.run(pk);
      }
      forgetFindings.run(now - FINDINGS_MS);
    },
  };
}
