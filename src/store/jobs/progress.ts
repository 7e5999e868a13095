import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import type { JobState } from '../../model/job';
import type { Progress, SourceProgress } from '../../model/progress';
import type { CandidateVerdict } from '../../model/reasons';
import { pagesLeftOf } from '../crawl/claims';
import { openPartitions } from '../crawl/partition-statements';
import { GONE, OPEN } from '../removals/candidate-words';
import { FOLLOWED, HAS_CRAWL, IS_IN_COPY, LEAVING } from './source-conditions';

interface JobRow {
  id: string;
  state: JobState;
  pages: number;
  files: number;
  changes: number;
  started_at: number | null;
  units: number;
}

interface SourceRow {
  name: string | null;
  id: string;
  windows: number;
  done: number;
  files: number;
  pages: number;
  folders_left: number;
  to_ask: number;
  gone: number;
  failure: FailureKind | null;
  failures: number;
  retry_at: number | null;
}

/** Sources listed one by one. The totals cover the others. */
const MOST_SOURCES = 20;

/** True for a source with work left. */
const IS_OPEN = /* sql */ `(
  source.state = ${LEAVING} OR source.failures > 0 OR source.state = ${FOLLOWED} AND source.failure IS NOT NULL
  OR ${HAS_CRAWL}
  OR EXISTS (SELECT 1 FROM folder_work WHERE source_pk = source.pk AND open = 1)
  OR EXISTS (SELECT 1 FROM candidate WHERE source_pk = source.pk AND verdict IN (${OPEN}, ${GONE})))`;

const candidates = (verdict: CandidateVerdict): string =>
  `(SELECT count(*) FROM candidate WHERE candidate.source_pk = source.pk AND verdict = '${verdict}')`;

const OPEN_SOURCES = /* sql */ `
SELECT source.id, source.name,
  count(partition.pk) AS windows, coalesce(sum(partition.state <> 'open'), 0) AS done,
  coalesce(sum(partition.files), 0) AS files, coalesce(sum(partition.page), 0) AS pages,
  (SELECT count(*) FROM folder_work WHERE folder_work.source_pk = source.pk AND open = 1) AS folders_left,
  ${candidates('open')} AS to_ask, ${candidates('gone')} AS gone,
  coalesce(source.failure, max(iif(partition.state = 'open', partition.failure, NULL))) AS failure,
  max(source.failures, coalesce(max(partition.failures), 0)) AS failures,
  coalesce(source.retry_at, max(partition.retry_at)) AS retry_at
FROM source LEFT JOIN generation ON generation.source_pk = source.pk AND closed_at IS NULL
LEFT JOIN partition ON generation_pk = generation.pk
WHERE ${IS_OPEN}
GROUP BY source.pk ORDER BY source.pk LIMIT ${String(MOST_SOURCES)}`;

const TOTALS = /* sql */ `
SELECT count(*) AS sources, coalesce(sum(${IS_OPEN}), 0) AS open FROM source WHERE ${IS_IN_COPY}`;

/** Nearly the exact counts, and cheap. */
const INDEXING = /* sql */ `
SELECT (SELECT coalesce(max(rank), 0) FROM search_doc) AS done, (SELECT coalesce(max(pk), 0) FROM file) AS "of"
FROM store WHERE indexed = 'building'`;

function toSource(row: SourceRow, pagesLeft: number | undefined): SourceProgress {
  return {
    sourceId: row.id,
    name: row.name ?? undefined,
    windows: row.windows,
    windowsDone: row.done,
    files: row.files,
    pages: row.pages,
    pagesLeft,
    foldersLeft: row.folders_left,
    filesToAsk: row.to_ask,
    filesGone: row.gone,
    failure: row.failure ?? undefined,
    failures: row.failures,
    retryAt: row.retry_at ?? undefined,
  };
}

/** Prepares the query for the progress of a job. Its cost grows with the account. */
export function progressReader(db: Database.Database): (jobId: string) => Progress {
  const readJob = db.prepare<[string], JobRow>(
    'SELECT id, state, pages, files, changes, started_at, units FROM job WHERE id = ?',
  );
  const readSources = db.prepare<[], SourceRow>(OPEN_SOURCES);
  const readOpen = openPartitions(db);
  const readIndexing = db.prepare<[], { done: number; of: number }>(INDEXING);
  const readTotals = db.prepare<[], { sources: number; open: number }>(TOTALS);
  return (jobId) => {
    const job = readJob.get(jobId);
    const { sources = 0, open: sourcesOpen = 0 } = readTotals.get() ?? {};
    const { state, pages = 0, files = 0, changes = 0, started_at: startedAt, units = 0 } = job ?? {};
    return {
      jobId,
      state,
      pages,
      files,
      changes,
      startedAt: startedAt ?? undefined,
      units,
      indexing: readIndexing.get(),
      sources,
      sourcesOpen,
      open: readSources.all().map((row) => toSource(row, pagesLeftOf(readOpen.all(row.id)))),
    };
  };
}
