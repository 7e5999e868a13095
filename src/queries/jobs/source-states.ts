import type { FailureKind } from '../../model/failure';
import type { FollowState, IncompleteReason, LeaveReason, OldPartialReason } from '../../model/reasons';
import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import { LIVE_GONE_OF_SOURCE } from '../../store/removals/candidate-statements';
import type { Reader, Row } from '../../store/reader';
import { count, text } from '../row-values';

/** The state of one source. Times in ms since 1970. */
export interface SourceState {
  sourceId: string;
  /** A shared drive's name; the user's own source has none. */
  name: string | undefined;
  state: FollowState;
  /** Drive's clock at the state that the rows show. */
  currentAt: number | undefined;
  /** Age of the oldest change when its page was requested, in ms. */
  lagMs: number | undefined;
  /** When the walk was last complete; only for the user's own source. */
  walkedAt: number | undefined;
  /** When the last full crawl ended. */
  fullAt: number | undefined;
  /** Why the copy is incomplete until a full crawl succeeds; while the source is leaving, why it is left. */
  gap: IncompleteReason | OldPartialReason | LeaveReason | undefined;
  /** Why the last attempt failed, how many failed in a row, and when the next one is due. */
  failure: FailureKind | undefined;
  failures: number;
  retryAt: number | undefined;
  /** Files that wait to be removed; undefined if there are none. */
  removals: Removals | undefined;
}

/** Files that are gone and whose rows still live. */
export interface Removals {
  files: number;
  /** Live rows of the source. */
  of: number;
  examples: { id: string; name: string | undefined }[];
}

const EXAMPLES = 10;

const SOURCES = /* sql */ `
SELECT pk, id, name, state, as_of, lag_ms, walked_at, full_at, gap, failure, failures, retry_at FROM source
WHERE ${IS_IN_COPY} OR current_at IS NOT NULL ORDER BY pk`;

/** The state of every source of the account, the user's own first. */
export function sourceStates(reader: Reader): SourceState[] {
  return reader.all(SOURCES).map((row) => ({ ...toState(row), removals: removalsOf(reader, row) }));
}

function toState(row: Row): Omit<SourceState, 'removals'> {
  return {
    sourceId: String(row['id']),
    name: text(row, 'name'),
    state: String(row['state']) as FollowState,
    currentAt: count(row, 'as_of'),
    lagMs: count(row, 'lag_ms'),
    walkedAt: count(row, 'walked_at'),
    fullAt: count(row, 'full_at'),
    gap: text(row, 'gap') as SourceState['gap'],
    failure: text(row, 'failure') as FailureKind | undefined,
    failures: Number(row['failures']),
    retryAt: count(row, 'retry_at'),
  };
}

function removalsOf(reader: Reader, { pk = null }: Row): Removals | undefined {
  const files = Number(reader.get(`SELECT count(*) AS files ${LIVE_GONE_OF_SOURCE}`, pk)?.['files'] ?? 0);
  if (files === 0) return undefined;
  const live = reader.get('SELECT count(*) AS live FROM file WHERE source_pk = ? AND removed_at IS NULL', pk);
  const examples = reader.all(`SELECT file.id, name ${LIVE_GONE_OF_SOURCE} LIMIT ${String(EXAMPLES)}`, pk);
  return {
    files,
    of: Number(live?.['live'] ?? 0),
    examples: examples.map((row) => ({ id: String(row['id']), name: text(row, 'name') })),
  };
}
