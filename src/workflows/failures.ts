import {
  ActivityFailure,
  ApplicationFailure,
  ChildWorkflowFailure,
  isCancellation,
} from '@temporalio/workflow';
import { FAILURES, isFailureKind, type FailureKind } from '../model/failure';

/** A step's failure, read back from what Temporal made of it. */
export interface StepFailure {
  kind: FailureKind;
  message: string;
  /** True where only a person can mend it, and the job should wait for one. */
  parks: boolean;
}

/** The failure of an activity within a child workflow is wrapped twice. */
function innermost(error: unknown): unknown {
  const isWrapped = error instanceof ActivityFailure || error instanceof ChildWorkflowFailure;
  return isWrapped ? innermost(error.cause) : error;
}

/** Reads the failure of an activity or a child workflow; a cancellation is rethrown, it is not a failure. */
export function stepFailure(error: unknown): StepFailure {
  if (isCancellation(error)) throw error;
  const cause = innermost(error);
  const kind = cause instanceof ApplicationFailure && isFailureKind(cause.type) ? cause.type : 'internal';
  const message = cause instanceof ApplicationFailure ? cause.message : FAILURES[kind].says;
  return { kind, message, parks: FAILURES[kind].retry === 'park' };
}
