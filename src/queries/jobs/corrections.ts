import type { Reader } from '../../store/reader';

/** What full crawls on top of a copy found and the change logs had not reported. */
export interface Corrections {
  added: number;
  changed: number;
  removed: number;
}

/** Crawls that ended in a time span and were not the first of their source. Abandoned crawls do not count. */
const RECRAWLS = /* sql */ `
SELECT count(*) AS crawls, coalesce(sum(added), 0) AS added, coalesce(sum(changed), 0) AS changed, coalesce(sum(removed), 0) AS removed
FROM generation AS crawl
WHERE closed_at BETWEEN ? AND ? AND crawled_at IS NOT NULL AND EXISTS (
  SELECT 1 FROM generation AS earlier
  WHERE earlier.source_pk = crawl.source_pk AND earlier.pk < crawl.pk AND earlier.closed_at IS NOT NULL
    AND earlier.crawled_at IS NOT NULL)`;

/**
 * What the full crawls of a job corrected; undefined if it ran none on top of a copy. Times in ms since 1970.
 */
export function corrections(
  reader: Reader,
  { startedAt, endedAt }: { startedAt: number | undefined; endedAt: number | undefined },
): Corrections | undefined {
  if (startedAt === undefined) return undefined;
  const row = reader.get(RECRAWLS, startedAt, endedAt ?? Number.MAX_SAFE_INTEGER);
  if (row === undefined || Number(row['crawls']) === 0) return undefined;
  return {
    added: Number(row['added']),
    changed: Number(row['changed']),
    removed: Number(row['removed']),
  };
}
