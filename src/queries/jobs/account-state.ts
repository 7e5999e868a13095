import { ENDED, type JobState } from '../../model/job';
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
   * A moment on Drive's clock whose state is shown by every source that the last job left complete;
   * undefined before the first complete copy.
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
}

const COMPLETE_AT = /* sql */ `
SELECT min(coalesce(as_of, 0)) AS at FROM source
WHERE ${IS_IN_COPY} AND current_at IS NOT NULL
  AND id NOT IN (SELECT source_id FROM job_source WHERE job_id = ? AND outcome <> 'gone')`;

const INCOMPLETE =
  "SELECT count(*) AS n FROM job_source WHERE job_id = ? AND outcome IN ('partial', 'failed')";

/** Reads how an account stands. */
export function accountState(reader: Reader): AccountState {
  const last = newestResult(reader);
  const jobId = last?.jobId ?? '';
  return {
    emailAddress: boundIdentity(reader)?.emailAddress,
    freshness: freshness(reader),
    completeAt: count(reader.get(COMPLETE_AT, jobId) ?? {}, 'at') || undefined,
    incomplete: Number(reader.get(INCOMPLETE, jobId)?.['n'] ?? 0),
    job: newestJob(reader),
    result: last && resultOf(last),
    walk: walkState(reader),
    exceptions: exceptions(reader),
  };
}

/** A job that goes on for somebody else has answered earlier requests. */
function resultOf({ state, answeredState }: StoredJob): JobState | undefined {
  return ENDED.has(state) ? state : answeredState;
}
