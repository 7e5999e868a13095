import type Database from 'better-sqlite3';
import { ENDED, type JobState } from '../../model/job';
import { PAUSED, type JobReason } from '../../model/reasons';
import { GONE, OPEN } from '../removals/candidate-words';
import { literal } from '../sqlite/literals';
import type { CandidateTable } from '../removals/candidates';
import type { FolderWorkTable } from '../folders/folder-work';
import { FORGET_FAILURES } from './source-conditions';
import type { SourceTable } from './sources';

/** A job as its starter made it. */
export interface JobRequest {
  jobId: string;
  attempt: number;
  requestedAt: number;
  /** Every source is crawled in full, although the change logs tell what is new. */
  full?: boolean | undefined;
  /** A person consents to all removals of the job, however many. */
  acceptRemovals?: boolean | undefined;
}

/** Why a job's workflow starts work. */
export interface JobStart {
  /** A person has just resumed it, so it no longer waits. */
  resumed?: boolean | undefined;
  /** Another process has taken the job over, so its readings may be old. */
  takenOver?: boolean | undefined;
  /** A person consents to all removals of the job, the waiting ones included. */
  acceptRemovals?: boolean | undefined;
}

/**
 * The epoch of the job's work and the request number that its pass over the sources must answer; or `paused`,
 * because a person has paused the job.
 */
export type StartedJob = { kind: 'started'; epoch: number; target: number } | { kind: 'paused' };

/** How a job ended, or what it waits for. */
export interface JobResult {
  jobId: string;
  state: JobState;
  reason?: JobReason | undefined;
  message?: string | undefined;
}

const PENDING = literal<JobState>('pending');
const RUNNING = literal<JobState>('running');
const UNFINISHED = `(${PENDING}, ${RUNNING}, ${literal<JobState>('waiting')})`;
/** Jobs that are kept: a schedule makes hundreds a day. */
const MOST_JOBS = 2_000;

interface KnownJob {
  epoch: number | null;
  request: number | null;
  state: JobState;
  reason: JobReason | null;
  full: number;
  accept_removals: number;
}

const RECORD = /* sql */ `
INSERT INTO job (id, attempt, state, requested_at, full, accept_removals)
VALUES (@jobId, @attempt, ${PENDING}, @requestedAt, @full, @accept)
ON CONFLICT (id) DO UPDATE SET attempt = excluded.attempt, state = ${PENDING}, reason = NULL, message = NULL, ended_at = NULL,
  epoch = NULL, request = NULL, rechecked = 0, accept_removals = excluded.accept_removals
WHERE excluded.attempt > attempt`;

const START = /* sql */ `
UPDATE job SET state = ${RUNNING}, reason = NULL, message = NULL, ended_at = NULL, epoch = @epoch, target = @target,
  started_at = coalesce(started_at, @now)
WHERE id = @jobId`;

const FORGIVE = /* sql */ `
UPDATE partition SET failures = 0, restarts = 0, state = iif(state = 'partial', 'open', state)
WHERE generation_pk IN (SELECT pk FROM generation WHERE closed_at IS NULL)`;

const PRUNE = /* sql */ `
DELETE FROM job WHERE state NOT IN ${UNFINISHED}
  AND id NOT IN (SELECT id FROM job ORDER BY requested_at DESC LIMIT ${String(MOST_JOBS)})`;

function statementsOf(db: Database.Database) {
  return {
    record: db.prepare(RECORD),
    known: db.prepare<[string], KnownJob>(
      'SELECT epoch, request, state, reason, full, accept_removals FROM job WHERE id = ?',
    ),
    abandon: db.prepare(
      `UPDATE job SET state = ${literal<JobState>('terminated')}, ended_at = ? WHERE id <> ? AND state IN ${UNFINISHED}`,
    ),
    request: db.prepare<[], number>('SELECT request FROM store').pluck(),
    nextRequest: db.prepare<[], number>('UPDATE store SET request = request + 1 RETURNING request').pluck(),
    noteRequest: db.prepare('UPDATE job SET request = ? WHERE id = ?'),
    nextEpoch: db.prepare<[], number>('UPDATE store SET epoch = epoch + 1 RETURNING epoch').pluck(),
    start: db.prepare(START),
    forgive: db.prepare(FORGIVE),
    forgiveSources: db.prepare(`UPDATE source SET ${FORGET_FAILURES}`),
    accept: db.prepare('UPDATE job SET accept_removals = 1 WHERE id = ?'),
    acceptWalk: db.prepare('UPDATE store SET walk_accepted = 1'),
    walkFolders: db.prepare('UPDATE walk_folder SET retry_at = NULL WHERE due > 0'),
    walkFiles: db.prepare('UPDATE walk_candidate SET retry_at = NULL'),
    reopenWalk: db.prepare(`UPDATE walk_candidate SET verdict = ${OPEN} WHERE verdict = ${GONE}`),
    noteUnits: db.prepare('UPDATE job SET units = units + ? WHERE epoch = (SELECT epoch FROM store)'),
    prune: db.prepare(PRUNE),
    update: db.prepare(
      'UPDATE job SET state = @state, reason = @reason, message = @message, ended_at = @endedAt WHERE id = @jobId',
    ),
    remove: db.prepare('DELETE FROM job WHERE id = ?'),
  };
}

function isPaused(known: KnownJob | undefined): boolean {
  return known?.state === 'waiting' && known.reason === PAUSED;
}

/**
 * A job that is new, resumed or taken over takes a new request number. A workflow that only continues does
 * not.
 */
function asksAnew(known: KnownJob | undefined, { resumed = false, takenOver = false }: JobStart): boolean {
  return known?.epoch == null ? known?.request == null : resumed || takenOver;
}

/** The tables that the start of a job touches. */
export interface JobTables {
  candidates: CandidateTable;
  folderWork: FolderWorkTable;
  sources: SourceTable;
}

/** The job records. Each call runs inside the caller's transaction. */
export class JobTable {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #tables: JobTables;

  constructor(db: Database.Database, tables: JobTables) {
    this.#sql = statementsOf(db);
    this.#tables = tables;
  }

  /** Counts quota units for the job that owns the store. */
  noteUnits(units: number): void {
    this.#sql.noteUnits.run(units);
  }

  /** Records a requested job. */
  record({ jobId, attempt, requestedAt, full = false, acceptRemovals = false }: JobRequest): void {
    const accept = Number(acceptRemovals);
    this.#sql.record.run({ jobId, attempt, requestedAt, full: Number(full), accept });
  }

  /**
   * Makes the job the owner of the store: from now on, writes of earlier starts are refused. A paused job
   * stays paused until it is resumed, whatever restarts its workflow.
   */
  start(job: JobRequest, start: JobStart, now: number): StartedJob {
    this.record(job);
    const known = this.#sql.known.get(job.jobId);
    if (isPaused(known) && start.resumed !== true) return { kind: 'paused' };
    // A new or reset job gets fresh patience; a restarted workflow of the same attempt does not.
    const isFresh = known?.epoch == null;
    if (asksAnew(known, start)) this.#takeRequest(job.jobId);
    if (isFresh || start.resumed === true) this.#forgive();
    if (isFresh) this.#plan(job, known, now);
    this.#takeDecision(job.jobId, start, now);
    this.#sql.abandon.run(now, job.jobId);
    this.#sql.prune.run();
    const epoch = this.#sql.nextEpoch.get() ?? 0;
    const target = this.#sql.request.get() ?? 0;
    this.#sql.start.run({ jobId: job.jobId, epoch, target, now });
    return { kind: 'started', epoch, target };
  }

  /**
   * Does what each attempt of a job does once. Refused items are tried again if they are due; a reset or a
   * full crawl tries all of them.
   */
  #plan({ attempt }: JobRequest, known: KnownJob | undefined, now: number): void {
    const { sources, candidates, folderWork } = this.#tables;
    const isReset = attempt > 1;
    const isFull = known?.full === 1;
    sources.planCrawls({ full: isFull, reset: isReset, now });
    const all = isReset || isFull;
    candidates.askAgain({ all, gone: false, now });
    folderWork.askAgain({ all, now });
    if (all) {
      this.#sql.walkFolders.run();
      this.#sql.walkFiles.run();
    }
    if (known?.accept_removals === 1) candidates.forgetRecent();
  }

  /** Takes a request for a current copy. Returns its number, which the job has to answer before it ends. */
  request(job: JobRequest): number {
    this.record(job);
    // A person who asks now does not want to wait an hour for the next try.
    this.#sql.forgiveSources.run();
    return this.#takeRequest(job.jobId);
  }

  #takeRequest(jobId: string): number {
    const request = this.#sql.nextRequest.get() ?? 0;
    this.#sql.noteRequest.run(request, jobId);
    return request;
  }

  /** Writes the job's state. `pending` means that a person has resumed it while no worker ran. */
  setState({ jobId, state, reason, message }: JobResult, now: number): void {
    const endedAt = ENDED.has(state) ? now : null;
    this.#sql.update.run({ jobId, state, reason: reason ?? null, message: message ?? null, endedAt });
    if (state === 'pending') {
      this.#forgive();
      this.#takeDecision(jobId, { resumed: true }, now);
    }
  }

  /** Deletes the record of a job. The files stay. */
  remove(jobId: string): void {
    this.#sql.remove.run(jobId);
  }

  #forgive(): void {
    this.#sql.forgive.run();
    this.#sql.forgiveSources.run();
  }

  /** Accepts the removals that wait, or has the files looked up again. */
  #takeDecision(jobId: string, { resumed = false, acceptRemovals = false }: JobStart, now: number): void {
    const { candidates } = this.#tables;
    if (acceptRemovals) {
      this.#sql.accept.run(jobId);
      this.#sql.acceptWalk.run();
      this.#sql.reopenWalk.run();
      candidates.forgetRecent();
    } else if (resumed) candidates.askAgain({ all: false, gone: true, now });
  }
}
