import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
} from '@temporalio/workflow';
import { FAILURES, isFailureKind, type FailureKind } from '../model/failure';

/** The failure of a step, recovered from Temporal's error. */
export interface StepFailure {
  kind: FailureKind;
  message: string;
  /** True if only a person can fix it, so that the job waits for one. */
  parks: boolean;
}

/** Temporal wraps the failure of an activity within a child workflow twice. */
function innermost(error: unknown): unknown {
  const isWrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isWrapped ? innermost(error.cause) : error;
}

/**
 * Recovers the failure of an activity or a child workflow. Rethrows a cancellation, which is not a failure.
 */
export function stepFailure(error: unknown): StepFailure {
  if (isCancellation(error)) throw error;
  const cause = innermost(error);
  const kind = cause instanceof ApplicationFailure && isFailureKind(cause.type) ? cause.type : 'internal';
  const message = cause instanceof ApplicationFailure ? cause.message : FAILURES[kind].says;
  return { kind, message, parks: FAILURES[kind].retry === 'park' };
}
