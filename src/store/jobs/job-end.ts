import type Database from 'better-sqlite3';
import { FAILURES, isFailureKind, type FailureKind } from '../../model/failure';
import { jobStateOf, USER_SOURCE, type SourceOutcome } from '../../model/job';
import type { Pass, PassEnd } from '../../model/pass';
import { UNLISTED_DRIVES, type PartialReason } from '../../model/reasons';
import { FOLLOWED, IS_IN_COPY } from './source-conditions';
import type { WorkQueue } from './work-queue';

interface JobRow {
  id: string;
  pages: number;
  files: number;
  rechecked: number;
}

type OutcomeRow = { source_id: string } & (
  | { outcome: 'failed'; reason: FailureKind; message: string }
  | { outcome: Exclude<SourceOutcome['kind'], 'failed'>; reason: PartialReason | null; message: null }
);

/** How a pass ended, without the state of the walk. */
export type JobEnding =
  | Extract<PassEnd, { kind: 'again' }>
  | Omit<Extract<PassEnd, { kind: 'ended' }>, 'background'>;

/** A job with an older reading than this reads the logs again before it ends. */
const OLD_MS = 300_000;
/**
 * The quota allows 54 readings a second. A reading counts as old only after twice the time that all logs
 * take.
 */
const OLD_MS_A_SOURCE = 40;

/** The lowest request number that every source answers, except those that were given up. */
const ANSWERED = /* sql */ `
SELECT coalesce(min(settled_request), @target) FROM source WHERE state = ${FOLLOWED} AND failed_request < @target`;

const IS_OLD = /* sql */ `
SELECT EXISTS (SELECT 1 FROM source WHERE state = ${FOLLOWED} AND failed_request < @target AND read_at < @before)`;

function statementsOf(db: Database.Database) {
  return {
    job: db.prepare<[number], JobRow>('SELECT id, pages, files, rechecked FROM job WHERE epoch = ?'),
    outcomes: db.prepare<[string], OutcomeRow>(
      'SELECT source_id, outcome, reason, message FROM job_source WHERE job_id = ?',
    ),
    countSources: db.prepare<[], number>(`SELECT count(*) FROM source WHERE ${IS_IN_COPY}`).pluck(),
    answered: db.prepare<[{ target: number }], number>(ANSWERED).pluck(),
    drivesHidden: db.prepare<[], string | null>('SELECT drives_hidden FROM store').pluck(),
    isOld: db.prepare<[{ target: number; before: number }], number>(IS_OLD).pluck(),
    request: db.prepare<[], number>('SELECT request FROM store').pluck(),
    nextRequest: db.prepare('UPDATE store SET request = request + 1'),
    noteAnswer: db.prepare('UPDATE job SET answered = @answered, answered_state = @state WHERE id = @id'),
    noteRecheck: db.prepare('UPDATE job SET rechecked = 1 WHERE id = ?'),
    end: db.prepare(/* sql */ `
      UPDATE job SET state = @state, reason = @reason, message = @message, ended_at = @now, sources = @sources,
        sources_current = @current
      WHERE id = @id`),
  };
}

/** Ends passes and jobs. Each call runs inside the caller's transaction. */
export class JobEnd {
  readonly #sql: ReturnType<typeof statementsOf>;
  readonly #queue: WorkQueue;

  constructor(db: Database.Database, queue: WorkQueue) {
    this.#sql = statementsOf(db);
    this.#queue = queue;
  }

  /**
   * Notes what the pass has answered, and ends the job unless there is a newer request. Both happen in one
   * transaction, so that no request is lost in between.
   */
  finish(pass: Pass, now: number): JobEnding {
    const { target } = pass;
    const job = this.#sql.job.get(pass.epoch);
    if (job === undefined || this.#queue.isOpen(target)) return { kind: 'again', open: true };
    const ended = this.#resultOf(job);
    const answered = Math.max(target, this.#sql.answered.get({ target }) ?? 0);
    this.#sql.noteAnswer.run({ id: job.id, answered, state: ended.state });
    if ((this.#sql.request.get() ?? 0) > answered) return { kind: 'again', open: false };
    const oldMs = Math.max(OLD_MS, ended.sources * OLD_MS_A_SOURCE);
    if (job.rechecked === 0 && this.#sql.isOld.get({ target, before: now - oldMs }) === 1) {
      this.#sql.noteRecheck.run(job.id);
      this.#sql.nextRequest.run();
      return { kind: 'again', open: false };
    }
    const { state, reason = null, message = null, sources, current } = ended;
    this.#sql.end.run({ id: job.id, state, reason, message, now, sources, current });
    return {
      kind: 'ended',
      answered,
      state,
      reason: ended.reason,
      message: ended.message,
      pages: job.pages,
      files: job.files,
    };
  }

  #resultOf({ id }: JobRow) {
    const outcomes = this.#sql.outcomes.all(id);
    const sources = Math.max(this.#sql.countSources.get() ?? 0, outcomes.length);
    const failed = outcomes.filter((row) => row.outcome === 'failed');
    const isUnlisted = this.#lacksDrives();
    const worst = failed.find(({ source_id: source }) => source === USER_SOURCE) ?? failed[0];
    return {
      state: jobStateOf({
        sources,
        failed: failed.length,
        userFailed: worst?.source_id === USER_SOURCE,
        partial: outcomes.filter(({ outcome }) => outcome === 'partial').length + Number(isUnlisted),
      }),
      reason: worst?.reason ?? (isUnlisted ? UNLISTED_DRIVES : undefined),
      message: worst?.message ?? undefined,
      sources,
      current: sources - outcomes.length,
    };
  }

  /**
   * True if the list of shared drives was expected and did not come. A login that may not list them misses
   * nothing new.
   */
  #lacksDrives(): boolean {
    const hidden = this.#sql.drivesHidden.get() ?? undefined;
    return isFailureKind(hidden) && FAILURES[hidden].retry !== 'fail';
  }
}
