import type Database from 'better-sqlite3';

/** Full crawls of a source that are remembered. */
const KEPT_CRAWLS = 2;
/** More rows at once would hold up what else is to be written. */
const MOST_ROWS = 20_000;
/** Findings that belong to no crawl are kept for this long, in ms. */
const FINDINGS_MS = 30 * 86_400_000;

const OLD = /* sql */ `
SELECT pk FROM (
  SELECT pk, closed_at, row_number() OVER (PARTITION BY source_pk ORDER BY pk DESC) AS age FROM generation)
WHERE closed_at IS NOT NULL AND age > ${String(KEPT_CRAWLS)}`;

const FORGET_SEEN = /* sql */ `
DELETE FROM seen WHERE (generation_pk, file_pk) IN (
  SELECT generation_pk, file_pk FROM generation CROSS JOIN seen ON generation_pk = generation.pk
  WHERE closed_at IS NOT NULL LIMIT ${String(MOST_ROWS)})`;

/** Forgets what crawls that are over have left behind, a part at a time. Each call is one step of a transaction that the caller opened. */
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
