import type { JobState } from '../model/job';
import type { Reader, Row } from '../store/reader';
import { count, text } from './row-values';

/** A job as the store remembers it. Times in ms since 1970. */
export interface StoredJob {
  jobId: string;
  attempt: number;
  state: JobState;
  reason: string | undefined;
  message: string | undefined;
  requestedAt: number;
  startedAt: number | undefined;
  endedAt: number | undefined;
  pages: number;
  files: number;
  /** Entries of change logs applied. */
  changes: number;
  /** A full crawl was asked for. */
  full: boolean;
}

/** How a source came out of a job. */
export interface StoredOutcome {
  sourceId: string;
  outcome: string;
  reason: string | undefined;
  message: string | undefined;
}

const COLUMNS =
  'id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files, changes, full';

function toJob(row: Row): StoredJob {
  return {
    jobId: String(row['id']),
    attempt: Number(row['attempt']),
    state: String(row['state']) as JobState,
    reason: text(row, 'reason'),
    message: text(row, 'message'),
    requestedAt: Number(row['requested_at']),
    startedAt: count(row, 'started_at'),
    endedAt: count(row, 'ended_at'),
    pages: Number(row['pages']),
    files: Number(row['files']),
    changes: Number(row['changes']),
    full: Number(row['full']) === 1,
  };
}

/** The store's record of one job, or undefined if it has none. */
export function findStoredJob(reader: Reader, jobId: string): StoredJob | undefined {
  const row = reader.get(`SELECT ${COLUMNS} FROM jobs WHERE id = ?`, jobId);
  return row && toJob(row);
}

/** The ids of the jobs that wait for this reason, newest first. */
export function waitingJobs(reader: Reader, reason: string): string[] {
  const sql = "SELECT id FROM jobs WHERE state = 'waiting' AND reason = ? ORDER BY requested_at DESC, id";
  return reader.all(sql, reason).map((row) => String(row['id']));
}

/** The store's jobs, newest first. */
export function storedJobs(reader: Reader, limit: number): StoredJob[] {
  return reader.all(`SELECT ${COLUMNS} FROM jobs ORDER BY requested_at DESC, id LIMIT ?`, limit).map(toJob);
}

/** How each source came out of a job that has ended. */
export function storedOutcomes(reader: Reader, jobId: string): StoredOutcome[] {
  return reader
    .all(
      'SELECT source_id, outcome, reason, message FROM job_source WHERE job_id = ? ORDER BY source_id',
      jobId,
    )
    .map((row) => ({
      sourceId: String(row['source_id']),
      outcome: String(row['outcome']),
      reason: text(row, 'reason'),
      message: text(row, 'message'),
    }));
}
