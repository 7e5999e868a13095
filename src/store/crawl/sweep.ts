import type Database from 'better-sqlite3';
import type { CandidateVerdict, RemovalCause } from '../../model/reasons';
import type { SourceRow } from '../jobs/sources';
import { CHECKED, OPEN } from '../removals/candidate-words';
import { isConfirmedByWalk } from '../walk/walk-rules';

/**
 * The rows that a sweep makes candidates. `unseen`: those that the open crawl did not see.
 * `unseen-and-unknown`: also the unknown folders above those that it saw, if folders were lost meanwhile.
 * `all`: every row of a lost drive. `unwanted`: every row of a drive that is not wanted.
 */
export type SweptRows = 'unseen' | 'unseen-and-unknown' | 'all' | 'unwanted';

const MOST_SWEPT = 20_000;

interface SweptRange {
  /** The range of `pk`: after `from`, up to `to`. */
  from: number;
  to: number;
  source: number;
  /** The crawl that must have seen the rows; null for no crawl. */
  generation: number | null;
}

const LIVE = 'source_pk = @source AND removed_at IS NULL';
const IN_RANGE = `pk > @from AND pk <= @to AND ${LIVE}`;
const UNSEEN =
  'NOT EXISTS (SELECT 1 FROM seen WHERE seen.generation_pk = @generation AND seen.file_pk = file.pk)';

/** How to find rows: the next one, and those within a range. */
export interface Search {
  next: string;
  inRange: string;
}

const BY_ROW: Search = { next: 'SELECT min(pk) FROM file WHERE pk > @from', inRange: IN_RANGE };

/**
 * Skips rows of other sources and rows that were seen, of which there are millions. SQLite uses the whole
 * index only if the states are given one by one.
 */
export const BY_STATE: Search = {
  next: /* sql */ `
SELECT min(next) FROM (SELECT
  (SELECT pk FROM file INDEXED BY file_state WHERE ${LIVE} AND trashed IS column1 AND pk > @from ORDER BY pk LIMIT 1) AS next
  FROM (VALUES (0), (1), (NULL)))`,
  inRange: /* sql */ `pk IN (
  SELECT pk FROM (VALUES (0), (1), (NULL)) CROSS JOIN file INDEXED BY file_state
  WHERE ${IN_RANGE} AND trashed IS column1 AND (@generation IS NULL OR ${UNSEEN}))`,
};

/**
 * Rows that the open crawl has not seen, or all rows if the source is left. Rows that the walk confirms are
 * left to it.
 */
const unseenSql = ({ inRange }: Search): string => /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT id, source_pk, @verdict, @cause FROM file
WHERE ${inRange} AND (@generation IS NULL
  OR generation_pk IS NOT @generation AND ${UNSEEN} AND NOT (walk_only = 1 AND ${isConfirmedByWalk('file')}))`;

/**
 * Folders that hold files of the source and have no row: they may have gone before the crawl reached them.
 */
const parentsSql = ({ inRange }: Search): string => /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT parent_id, @source, ${OPEN}, ${CHECKED} FROM (
  SELECT parent_id FROM file WHERE ${inRange} AND parent_id IS NOT NULL
  UNION
  SELECT parent_id FROM file_parent
  WHERE file_pk > @from AND file_pk <= @to AND file_pk IN (SELECT pk FROM file WHERE ${inRange})) AS named
WHERE parent_id <> @root
  AND NOT EXISTS (SELECT 1 FROM file AS parent WHERE parent.id = named.parent_id AND parent.removed_at IS NULL)`;

/** Prepares the statements of a sweep. */
export function sweepStatements(db: Database.Database, search: Search) {
  return {
    next: db.prepare<[{ from: number; source: number }], number | null>(search.next).pluck(),
    addUnseen: db.prepare<[SweptRange & { verdict: CandidateVerdict; cause: RemovalCause }]>(
      unseenSql(search),
    ),
    addParents: db.prepare<[SweptRange & { root: string }]>(parentsSql(search)),
    moveCursor: db.prepare<[number | null, number]>('UPDATE source SET sweep_pk = ? WHERE pk = ?'),
  };
}

/** The statements, by the index on states once there is one. */
function statementsOf(db: Database.Database): () => ReturnType<typeof sweepStatements> {
  const hasIndex = db
    .prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'file_state'")
    .pluck();
  const byRow = sweepStatements(db, BY_ROW);
  let byState: typeof byRow | undefined;
  return () => (hasIndex.get() === 0 ? byRow : (byState ??= sweepStatements(db, BY_STATE)));
}

/**
 * Looks for rows of a source that may be gone, a part at a time. Each call runs inside the caller's
 * transaction.
 */
export class Sweep {
  readonly #statements: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database) {
    this.#statements = statementsOf(db);
  }

  /** Makes a part of the rows candidates. After the last part the sweep is over. */
  step(
    { pk: source, id, root_id: rootId, generation_pk: generation, sweep_pk: from }: SourceRow,
    rows: SweptRows,
  ): void {
    const { next, addUnseen, addParents, moveCursor } = this.#statements();
    const first = next.get({ from: from ?? 0, source }) ?? null;
    if (first === null) {
      moveCursor.run(null, source);
      return;
    }
    const range = { from: first - 1, to: first - 1 + MOST_SWEPT, source };
    const ofAll = { ...range, generation: null };
    if (rows === 'unwanted') addUnseen.run({ ...ofAll, verdict: 'gone', cause: 'scope' });
    else {
      const unseen = rows === 'all' ? ofAll : { ...range, generation };
      addUnseen.run({ ...unseen, verdict: 'open', cause: 'checked' });
    }
    if (rows === 'unseen-and-unknown') addParents.run({ ...ofAll, root: rootId ?? id });
    moveCursor.run(range.to, source);
  }
}
