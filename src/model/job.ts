import type { FailureKind } from './failure';
import type { OldPartialReason, PartialReason } from './reasons';

/**
 * The id of the user's own source: what they own, opened or were given directly. Shared drives have their
 * drive id.
 */
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

/** The outcome of one source in a job. */
export type SourceOutcome =
  | { kind: 'current' }
  | { kind: 'partial'; reason: PartialReason | OldPartialReason }
  | { kind: 'failed'; failure: FailureKind; message: string }
  | { kind: 'gone' };

/** Why a source has its outcome. */
export type OutcomeReason = PartialReason | OldPartialReason | FailureKind;

/** The final states of a job. */
export const ENDED: ReadonlySet<JobState> = new Set([
  'completed',
  'partial',
  'failed',
  'canceled',
  'terminated',
]);

/** How many sources a job had, and their outcomes. */
export interface OutcomeCounts {
  sources: number;
  failed: number;
  /** The user's own source failed. */
  userFailed: boolean;
  partial: number;
}

/**
 * A job is as good as its worst source: failed if the user's own source or every source failed, partial if
 * anything is missing.
 */
export function jobStateOf({ sources, failed, userFailed, partial }: OutcomeCounts): JobState {
  if (userFailed || (failed > 0 && failed === sources)) return 'failed';
  return failed + partial > 0 ? 'partial' : 'completed';
}
