import type Database from 'better-sqlite3';
import type { OutcomeReason, SourceOutcome } from '../../model/job';

const ADD = /* sql */ `
INSERT INTO job_source (job_id, source_id, outcome, reason, message)
SELECT id, @sourceId, @outcome, @reason, @message FROM job WHERE epoch = @epoch
ON CONFLICT (job_id, source_id) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason, message = excluded.message`;

const REMOVE = 'DELETE FROM job_source WHERE job_id = (SELECT id FROM job WHERE epoch = ?) AND source_id = ?';

function detailOf(outcome: SourceOutcome): { reason: OutcomeReason | null; message: string | null } {
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

/**
 * Notes how a source came out of a job as soon as that is known. Only sources that are not current have a
 * row, so an idle job over thousands of drives writes none. Each call runs inside the caller's transaction.
 */
export class OutcomeTable {
  readonly #add: Database.Statement;
  readonly #remove: Database.Statement;

  constructor(db: Database.Database) {
    this.#add = db.prepare(ADD);
    this.#remove = db.prepare(REMOVE);
  }

  note(epoch: number, sourceId: string, outcome: SourceOutcome): void {
    if (outcome.kind === 'current') this.#remove.run(epoch, sourceId);
    else this.#add.run({ epoch, sourceId, outcome: outcome.kind, ...detailOf(outcome) });
  }
}
