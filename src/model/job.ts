import type { FailureKind } from './failure';
import type { OldPartialReason, PartialReason } from './reasons';

/** Words for jobs and their parts, shared by store, workflows and command line. */

/** The id of the source that holds what the user owns, opened or was given directly; shared drives are named by their drive id. */
export const USER_SOURCE = 'user';

export type JobState =
  | 'pending'
  | 'running'
  | 'waiting'
  | 'completed'
  | 'partial'
  | 'failed'
  | 'canceled'
  | 'terminated';

/** How one source came out of a job. */
export type SourceOutcome =
  | { kind: 'current' }
  | { kind: 'partial'; reason: PartialReason | OldPartialReason }
  | { kind: 'failed'; failure: FailureKind; message: string }
  | { kind: 'gone' };

/** The word that says why a source came out as it did. */
export type OutcomeReason = PartialReason | OldPartialReason | FailureKind;

/** The states that a job never leaves by itself. */
export const ENDED: ReadonlySet<JobState> = new Set([
  'completed',
  'partial',
  'failed',
  'canceled',
  'terminated',
]);

/** How many sources a job had, and how they came out. */
export interface OutcomeCounts {
  sources: number;
  failed: number;
  /** The user's own source is among those that failed. */
  userFailed: boolean;
  partial: number;
}

/** A job comes out as its worst source: failed if the user's own source or every source failed, partial if anything is missing. */
export function jobStateOf({ sources, failed, userFailed, partial }: OutcomeCounts): JobState {
  if (userFailed || (failed > 0 && failed === sources)) return 'failed';
  return failed + partial > 0 ? 'partial' : 'completed';
}
