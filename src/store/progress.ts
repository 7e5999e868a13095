import type Database from 'better-sqlite3';
import type { Progress, SourceProgress } from '../model/progress';

interface JobRow {
  id: string;
  state: string;
  pages: number;
  files: number;
  started_at: number | null;
}

interface SourceRow {
  id: string;
  windows: number;
  done: number;
  files: number;
  pages: number;
  oldest_ms: number | null;
  failure: string | null;
  failures: number;
  retry_at: number | null;
}

/** More sources than a person reads at a glance are summed up by the totals alone. */
const MOST_SOURCES = 20;

const OPEN_SOURCES = /* sql */ `
SELECT source.id,
  count(partition.pk) AS windows, coalesce(sum(partition.state <> 'open'), 0) AS done,
  coalesce(sum(partition.files), 0) AS files, coalesce(sum(partition.page), 0) AS pages,
  min(iif(partition.state = 'open', frontier_ms, NULL)) AS oldest_ms,
  max(iif(partition.state = 'open', failure, NULL)) AS failure, max(failures) AS failures, max(retry_at) AS retry_at
FROM source JOIN generation ON source_pk = source.pk AND closed_at IS NULL
LEFT JOIN partition ON generation_pk = generation.pk
GROUP BY source.pk ORDER BY source.pk LIMIT ${String(MOST_SOURCES)}`;

const TOTALS = /* sql */ `
SELECT count(*) AS sources,
  coalesce(sum(EXISTS (SELECT 1 FROM generation WHERE source_pk = source.pk AND closed_at IS NULL)), 0) AS open
FROM source WHERE retired_at IS NULL`;

function toSource(row: SourceRow): SourceProgress {
  return {
    sourceId: row.id,
    windows: row.windows,
    windowsDone: row.done,
    files: row.files,
    pages: row.pages,
    oldestMs: row.oldest_ms ?? undefined,
    failure: row.failure ?? undefined,
    failures: row.failures,
    retryAt: row.retry_at ?? undefined,
  };
}

/** Prepares the question where a job stands; cheap enough to ask several times a second. */
export function progressReader(db: Database.Database): (jobId: string) => Progress {
  const readJob = db.prepare<[string], JobRow>(
    'SELECT id, state, pages, files, started_at FROM job WHERE id = ?',
  );
  const readSources = db.prepare<[], SourceRow>(OPEN_SOURCES);
  const readTotals = db.prepare<[], { sources: number; open: number }>(TOTALS);
  return (jobId) => {
    const job = readJob.get(jobId);
    const totals = readTotals.get();
    return {
      jobId,
      state: job?.state,
      pages: job?.pages ?? 0,
      files: job?.files ?? 0,
      startedAt: job?.started_at ?? undefined,
      sources: totals?.sources ?? 0,
      sourcesOpen: totals?.open ?? 0,
      open: readSources.all().map(toSource),
    };
  };
}
