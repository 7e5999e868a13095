import { FAILURES, isFailureKind } from '../../model/failure';
import type { JobState } from '../../model/job';
import {
  IN_FULL,
  PARTIAL_REASONS,
  PAUSED,
  WAIT_REASONS,
  type JobReason,
  type Reason,
} from '../../model/reasons';
import type { StoredJob } from '../../queries/jobs/stored-jobs';

const PARTIAL: ReadonlyMap<string, Reason> = new Map(Object.entries(PARTIAL_REASONS));
const WAITS: ReadonlyMap<string, Reason> = new Map(Object.entries(WAIT_REASONS));

/** A reason in one line, with its hint. */
export function withHint({ says, hint }: { says: string; hint?: string | undefined }): string {
  return hint === undefined ? says : `${says}; ${hint}`;
}

/** Why a source is partial, in words; an unknown reason stays as it is. */
export function partialReason(reason: string | undefined): Reason {
  return PARTIAL.get(reason ?? '') ?? { says: reason ?? 'something could not be listed', hint: IN_FULL };
}

/** What a job waits for, or why it failed, in words; undefined if the reason is unknown. */
export function reasonOf(reason: string | undefined): Reason | undefined {
  if (reason === undefined) return undefined;
  return isFailureKind(reason) ? FAILURES[reason] : (WAITS.get(reason) ?? PARTIAL.get(reason));
}

/** A reason in one line; a text that is already in words stays as it is. */
export function reasonText(reason: string | null | undefined): string | undefined {
  if (reason == null) return undefined;
  const known = reasonOf(reason);
  if (known === undefined) return reason;
  return reason === PAUSED && known.hint !== undefined ? `${known.says}; ${known.hint}` : known.says;
}

/** True for a job that waits until a person does something, such as resuming it or logging in. */
export function waitsForPerson(job: { state: JobState; reason: JobReason | undefined } | undefined): boolean {
  if (job?.state !== 'waiting') return false;
  if (job.reason === PAUSED) return true;
  return isFailureKind(job.reason) && FAILURES[job.reason].retry === 'park';
}

/** What a job that waits for a person waits for, and what to do. */
export function remedyOf({
  jobId,
  reason,
  message,
}: Pick<StoredJob, 'jobId' | 'reason' | 'message'>): string {
  const known = reasonOf(reason);
  const remedy = known && withHint(known).replace('<job>', jobId);
  return remedy ?? message ?? 'see `gdrive-sync status`';
}
