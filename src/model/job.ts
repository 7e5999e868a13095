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
  | { kind: 'partial'; reason: string }
  | { kind: 'failed'; failure: string; message: string }
  | { kind: 'gone' };

/** The states that a job never leaves by itself. */
export const ENDED: ReadonlySet<JobState> = new Set([
  'completed',
  'partial',
  'failed',
  'canceled',
  'terminated',
]);

/** A job comes out as its worst source: failed if the user's own source or every source failed, partial if anything is missing. */
export function jobStateOf(outcomes: readonly { sourceId: string; outcome: SourceOutcome }[]): JobState {
  const failed = outcomes.filter(({ outcome }) => outcome.kind === 'failed');
  if (failed.some(({ sourceId }) => sourceId === USER_SOURCE)) return 'failed';
  if (failed.length > 0 && failed.length === outcomes.length) return 'failed';
  const isWhole = outcomes.every(({ outcome }) => outcome.kind === 'current' || outcome.kind === 'gone');
  return isWhole ? 'completed' : 'partial';
}
