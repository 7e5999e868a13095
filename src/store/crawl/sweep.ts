import type Database from 'better-sqlite3';
import type { CandidateVerdict, RemovalCause } from '../../model/reasons';
import type { SourceRow } from '../jobs/sources';
import { CHECKED, OPEN } from '../removals/candidate-words';
import { isConfirmedByWalk } from '../walk/walk-rules';

/**
 * Rows that a sweep makes candidates: those that the open crawl did not see, with the unknown folders above those that it saw if folders were lost
 * meanwhile; all of a lost drive's; or all of a drive's that is not wanted.
 */
export type SweptRows = 'unseen' | 'unseen-and-unknown' | 'all' | 'unwanted';

const MOST_SWEPT = 20_000;

interface SweptRange {
  /** `pk` after which, and up to which. */
  from: number;
  to: number;
  source: number;
  /** The crawl that has to have seen them; null: none. */
  generation: number | null;
}

const LIVE = 'source_pk = @source AND removed_at IS NULL';
const IN_RANGE = `pk > @from AND pk <= @to AND ${LIVE}`;
const UNSEEN =
  'NOT EXISTS (SELECT 1 FROM seen WHERE seen.generation_pk = @generation AND seen.file_pk = file.pk)';

/** How rows are found: where the next ones are, and which of them are in a range. */
export interface Search {
  next: string;
  inRange: string;
}

const BY_ROW: Search = { next: 'SELECT min(pk) FROM file WHERE pk > @from', inRange: IN_RANGE };

/**
 * Without a look at what is another source's or was seen, of which there are millions. SQLite would look at all that the source has in the index for
 * each part, if it were not told the states one by one.
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

/** Rows that the source's open crawl has not seen; all of them where the source itself is left. What the walk confirms is left to it. */
const unseenSql = ({ inRange }: Search): string => /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT id, source_pk, @verdict, @cause FROM file
WHERE ${inRange} AND (@generation IS NULL
  OR generation_pk IS NOT @generation AND ${UNSEEN} AND NOT (walk_only = 1 AND ${isConfirmedByWalk('file')}))`;

/** Folders that hold a part of the source's files and are not known themselves: they may have gone before the crawl came to them. */
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

/** The statements, by the index on states as soon as there is one. */
function statementsOf(db: Database.Database): () => ReturnType<typeof sweepStatements> {
  const hasIndex = db
    .prepare<[], number>("SELECT count(*) FROM sqlite_schema WHERE type = 'index' AND name = 'file_state'")
    .pluck();
  const byRow = sweepStatements(db, BY_ROW);
  let byState: typeof byRow | undefined;
  return () => (hasIndex.get() === 0 ? byRow : (byState ??= sweepStatements(db, BY_STATE)));
}

/** The look at the rows of a source for those that may be gone, a part at a time. Each call is one step of a transaction that the caller opened. */
export class Sweep {
  readonly #statements: ReturnType<typeof statementsOf>;

  constructor(db: Database.Database) {
    this.#statements = statementsOf(db);
  }

  /** Makes a part of the source's rows candidates; after the last one, the sweep is over. */
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
