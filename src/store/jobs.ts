import type Database from 'better-sqlite3';
import type { JobState, SourceOutcome } from '../model/job';

/** A job as its starter made it. */
export interface JobRequest {
  jobId: string;
  attempt: number;
  requestedAt: number;
}

/** How a job ended, or what it waits for. */
export interface JobResult {
  jobId: string;
  state: JobState;
  reason?: string | undefined;
  message?: string | undefined;
  outcomes?: readonly { sourceId: string; outcome: SourceOutcome }[] | undefined;
}

const UNFINISHED = "('pending', 'running', 'waiting')";

function detailOf(outcome: SourceOutcome): { reason: string | null; message: string | null } {
  switch (outcome.kind) {
    case 'failed':
      return { reason: outcome.failure, message: outcome.message };
    case 'partial':
      return { reason: outcome.reason, message: null };
    case 'current':
    case 'gone':
      return { reason: null, message: null };
  }
}

/** Prepares the statements that keep the job records; each call is one step of a transaction that the caller opened. */
export function jobTable(db: Database.Database) {
  const record = db.prepare(/* sql */ `
    INSERT INTO job (id, attempt, state, requested_at) VALUES (@jobId, @attempt, 'pending', @requestedAt)
    ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, state = 'pending', reason = NULL, message = NULL, ended_at = NULL,
      epoch = NULL
    WHERE excluded.attempt > attempt`);
  const abandon = db.prepare(
    `UPDATE job SET state = 'terminated', ended_at = ? WHERE id <> ? AND state IN ${UNFINISHED}`,
  );
  const nextEpoch = db.prepare('UPDATE store SET epoch = epoch + 1 RETURNING epoch').pluck();
  const start = db.prepare(/* sql */ `
    UPDATE job SET state = 'running', reason = NULL, message = NULL, ended_at = NULL, epoch = @epoch,
      started_at = coalesce(started_at, @now)
    WHERE id = @jobId`);
  const epochOf = db.prepare('SELECT epoch FROM job WHERE id = ?').pluck();
  const forgive = db.prepare(/* sql */ `
    UPDATE partition SET failures = 0, restarts = 0, state = iif(state = 'partial', 'open', state)
    WHERE generation_pk IN (SELECT pk FROM generation WHERE closed_at IS NULL)`);
  const update = db.prepare(/* sql */ `
    UPDATE job SET state = @state, reason = @reason, message = @message, ended_at = @endedAt WHERE id = @jobId`);
  const clearOutcomes = db.prepare('DELETE FROM job_source WHERE job_id = ?');
  const addOutcome = db.prepare(
    'INSERT INTO job_source (job_id, source_id, outcome, reason, message) VALUES (?, ?, ?, ?, ?)',
  );
  const remove = db.prepare('DELETE FROM job WHERE id = ?');

  return {
    /** Notes a job that somebody asked for. True if it was not known yet, or not in this attempt. */
    record(job: JobRequest): boolean {
      return record.run(job).changes > 0;
    },

    /** Makes the job the one that owns the store: whatever an earlier start still does is refused from here on. */
    start(job: JobRequest, now: number): number {
      record.run(job);
      // A job that a person started or reset deserves fresh patience; a restarted workflow of the same attempt does not.
      if (epochOf.get(job.jobId) === null) forgive.run();
      abandon.run(now, job.jobId);
      const epoch = Number(nextEpoch.get());
      start.run({ jobId: job.jobId, epoch, now });
      return epoch;
    },

    /** Writes the job's state and, where given, how each source came out. */
    setState({ jobId, state, reason, message, outcomes }: JobResult, endedAt: number | null): void {
      update.run({ jobId, state, reason: reason ?? null, message: message ?? null, endedAt });
      if (outcomes === undefined) return;
      clearOutcomes.run(jobId);
      for (const { sourceId, outcome } of outcomes) {
        const { reason: why, message: said } = detailOf(outcome);
        addOutcome.run(jobId, sourceId, outcome.kind, why, said);
      }
    },

    /** Forgets a job; the files are not touched. */
    remove(jobId: string): void {
      remove.run(jobId);
    },
  };
}
