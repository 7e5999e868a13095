import { FAILURES, type FailureKind } from '../../model/failure';
import { ENDED, USER_SOURCE, type JobState } from '../../model/job';
import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { count } from '../row-values';
import { exceptions, type Exceptions } from './exceptions';
import { freshness, type Freshness } from './freshness';
import { newestJob, newestResult, type StoredJob } from './stored-jobs';
import { boundIdentity } from './store-facts';
import { walkState, type WalkState } from './walk-state';

/** How an account stands, from its store alone. Times in ms since 1970. */
export interface AccountState {
  emailAddress: string | undefined;
  freshness: Freshness;
  /**
   * A moment on Drive's clock whose state is shown by My Drive and by every drive that the last job left
   * complete; undefined before the first complete copy.
   */
  completeAt: number | undefined;
  /** Sources that the last job left incomplete. */
  incomplete: number;
  /** The newest job. */
  job: StoredJob | undefined;
  /** How the newest job came out that gave a result. */
  result: JobState | undefined;
  walk: WalkState | undefined;
  exceptions: Exceptions;
  trouble: ReturnType<typeof requestTrouble>;
}

/** The first job has to complete every drive. After that, a drive that joins counts once it is complete. */
const COMPLETE_AT = /* sql */ `
SELECT min(coalesce(as_of, 0)) AS at FROM source
WHERE ${IS_IN_COPY} AND (id = '${USER_SOURCE}' OR ? IS NULL
  OR current_at IS NOT NULL
    AND id NOT IN (SELECT source_id FROM job_source WHERE job_id = ? AND outcome <> 'gone'))`;

/** Failures after which a job goes on by itself. */
const RETRIED = Object.entries(FAILURES)
  .flatMap(([kind, { retry }]) => (retry === 'wait' || retry === 'count' ? [`'${kind}'`] : []))
  .join(', ');

const TROUBLE = /* sql */ `
SELECT id, coalesce(failure, (
    SELECT partition.failure FROM partition JOIN generation ON generation.pk = generation_pk
    WHERE generation.source_pk = source.pk AND closed_at IS NULL AND partition.state = 'open'
      AND partition.failure IS NOT NULL)) AS kind
FROM source WHERE ${IS_IN_COPY} AND kind IN (${RETRIED}) ORDER BY id <> '${USER_SOURCE}', pk LIMIT 1`;

const INCOMPLETE =
  "SELECT count(*) AS n FROM job_source WHERE job_id = ? AND outcome IN ('partial', 'failed')";

/** Reads how an account stands. */
export function accountState(reader: Reader): AccountState {
  const last = newestResult(reader);
  const jobId = last?.jobId ?? null;
  return {
    emailAddress: boundIdentity(reader)?.emailAddress,
    freshness: freshness(reader),
    completeAt: count(reader.get(COMPLETE_AT, jobId, jobId) ?? {}, 'at') || undefined,
    incomplete: Number(reader.get(INCOMPLETE, jobId)?.['n'] ?? 0),
    job: newestJob(reader),
    result: last && resultOf(last),
    walk: walkState(reader),
    exceptions: exceptions(reader),
    trouble: requestTrouble(reader),
  };
}

/** Why requests fail that are repeated, those of My Drive first; undefined if none does. */
export function requestTrouble(reader: Reader): { kind: FailureKind; sourceId: string } | undefined {
  const row = reader.get(TROUBLE);
  return row && { kind: String(row['kind']) as FailureKind, sourceId: String(row['id']) };
}

/** A job that goes on for somebody else has answered earlier requests. */
function resultOf({ state, answeredState }: StoredJob): JobState | undefined {
  return ENDED.has(state) ? state : answeredState;
}
