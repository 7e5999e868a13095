import type { JobState, OutcomeReason, SourceOutcome } from '../../model/job';
import type { JobReason } from '../../model/reasons';
import { FOLLOWED } from '../../store/jobs/source-conditions';
import type { Reader, Row } from '../../store/reader';
import { count, text } from '../row-values';

/** The store's record of a job. Times in ms since 1970. */
export interface StoredJob {
  jobId: string;
  attempt: number;
  state: JobState;
  reason: JobReason | undefined;
  message: string | undefined;
  requestedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  pages: number;
  files: number;
  /** Entries of change logs applied. */
  changes: number;
  /** A full crawl was requested. */
  full: boolean;
  /** The highest request number that the job has answered, and the state that it would have ended in then. */
  answered: number;
  answeredState: JobState | undefined;
}

/** How a source came out of a job. */
export interface StoredOutcome {
  sourceId: string;
  /** A shared drive's name; the user's own source has none. */
  name: string | undefined;
  outcome: SourceOutcome['kind'];
  reason: OutcomeReason | undefined;
  message: string | undefined;
}

const COLUMNS =
  'id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files, changes, full, answered, answered_state';

function toJob(row: Row): StoredJob {
  return {
    jobId: String(row['id']),
    attempt: Number(row['attempt']),
    state: String(row['state']) as JobState,
    reason: text(row, 'reason') as StoredJob['reason'],
    message: text(row, 'message'),
    requestedAt: Number(row['requested_at']),
    startedAt: count(row, 'started_at'),
    endedAt: count(row, 'ended_at'),
    pages: Number(row['pages']),
    files: Number(row['files']),
    changes: Number(row['changes']),
    full: Number(row['full']) === 1,
    answered: Number(row['answered']),
    answeredState: text(row, 'answered_state') as JobState | undefined,
  };
}

/** The store's record of one job, or undefined if it has none. */
export function findStoredJob(reader: Reader, jobId: string): StoredJob | undefined {
  const row = reader.get(`SELECT ${COLUMNS} FROM job WHERE id = ?`, jobId);
  return row && toJob(row);
}

/** The newest job. */
export function newestJob(reader: Reader): StoredJob | undefined {
  return storedJobs(reader, 1)[0];
}

/** The newest job that has given a result: it has ended by itself, or has answered a request. */
export function newestResult(reader: Reader): StoredJob | undefined {
  const row = reader.get(
    `SELECT ${COLUMNS} FROM job WHERE state IN ('completed', 'partial', 'failed') OR answered_state IS NOT NULL
    ORDER BY requested_at DESC, id LIMIT 1`,
  );
  return row && toJob(row);
}

/** Jobs that ended after a moment, the oldest first. */
export function jobsEndedAfter(reader: Reader, at: number): StoredJob[] {
  return reader.all(`SELECT ${COLUMNS} FROM job WHERE ended_at > ? ORDER BY ended_at, id`, at).map(toJob);
}

/** The waiting jobs and their reasons, newest first. */
export function waitingJobs(reader: Reader): { jobId: string; reason: JobReason | undefined }[] {
  const rows = reader.all(
    "SELECT id, reason FROM job WHERE state = 'waiting' ORDER BY requested_at DESC, id",
  );
  return rows.map((row) => ({
    jobId: String(row['id']),
    reason: text(row, 'reason') as StoredJob['reason'],
  }));
}

/** The store's jobs, newest first. */
export function storedJobs(reader: Reader, limit: number): StoredJob[] {
  return reader.all(`SELECT ${COLUMNS} FROM job ORDER BY requested_at DESC, id LIMIT ?`, limit).map(toJob);
}

/**
 * How each source came out of a job that has ended. The store keeps a row only for sources that are not
 * current; the rest are the sources that are followed now.
 */
export function storedOutcomes(reader: Reader, jobId: string): StoredOutcome[] {
  return reader
    .all(
      /* sql */ `
      SELECT source_id, (SELECT name FROM source WHERE id = source_id) AS name, outcome, reason, message FROM job_source WHERE job_id = ?
      UNION ALL SELECT id, name, 'current', NULL, NULL FROM source WHERE state = ${FOLLOWED}
        AND EXISTS (SELECT 1 FROM job WHERE id = ? AND answered > 0)
        AND id NOT IN (SELECT source_id FROM job_source WHERE job_id = ?)
      ORDER BY source_id`,
      jobId,
      jobId,
      jobId,
    )
    .map((row) => ({
      sourceId: String(row['source_id']),
      name: text(row, 'name'),
      outcome: String(row['outcome']) as SourceOutcome['kind'],
      reason: text(row, 'reason') as StoredOutcome['reason'],
      message: text(row, 'message'),
    }));
}
