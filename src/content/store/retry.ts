import { existsSync } from 'node:fs';
import { openForWriting } from '../../store/sqlite/open';
import { CONTENT } from './schema';

/** What to retry: the files of a state or a reason, or those with these rows in the metadata store. */
export type RetryChoice = { word: string } | { filePks: readonly number[] };

/** A text that was tried and is not here. What the plan leaves out has no stamp, and nothing is in flight. */
const IS_RETRIABLE = /* sql */ `
stamp IS NOT NULL AND (state NOT IN ('done', 'due') OR state = 'due' AND reason = 'retry' AND retry_at > @now)`;

const RETRY = /* sql */ `
UPDATE document SET state = 'due', reason = NULL, failures = 0, retry_at = NULL, lease = 0, due_since = @now
WHERE ${IS_RETRIABLE} AND `;

/**
 * Makes files due again whose text could not be kept; returns how many. It is one short transaction, and touches
 * nothing that a run has taken, so it is safe beside a worker.
 */
export function retryDocuments(path: string, choice: RetryChoice, now: number): number {
  if (!existsSync(path)) return 0;
  const db = openForWriting(path, CONTENT);
  try {
    if ('word' in choice) {
      const retry = db.prepare(`${RETRY} (state = @word OR reason = @word)`);
      return retry.run({ now, word: choice.word }).changes;
    }
    const retry = db.prepare(`${RETRY} file_pk IN (SELECT value FROM json_each(@pks))`);
    return retry.run({ now, pks: JSON.stringify(choice.filePks) }).changes;
  } finally {
    db.close();
  }
}
