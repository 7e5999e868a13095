import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { LoginError, StoreError } from '../errors';
import { errorFields, type Log, type LogFields } from '../log';
import { FAILURES, isFailureKind, retryDelayMs, SyncFailure, type FailureKind } from '../model/failure';
import { storeFailure } from '../store/sqlite/failure';

/** A source is given up until `reset` after this many failures in a row without progress. */
export const MOST_FAILURES = 10;

/** True for a fault of the whole account, not of one source or request: nothing else can continue either. */
export function isCommonFault(kind: FailureKind): boolean {
  const { retry } = FAILURES[kind];
  return retry === 'wait' || retry === 'park' || kind === 'superseded' || kind === 'store-unusable';
}

/** The failure kind of any error that work on an account can raise. */
export function failureKind(error: unknown): FailureKind {
  if (error instanceof SyncFailure) return error.kind;
  if (error instanceof ApplicationFailure && isFailureKind(error.type)) return error.type;
  if (error instanceof LoginError) return 'needs-login';
  if (error instanceof StoreError) return 'store-unusable';
  return storeFailure(error) ?? 'internal';
}

/** Errors that are already logged, and the original error of each Temporal failure. */
const logged = new WeakSet<object>();
const origins = new WeakMap<Error, unknown>();

/**
 * Logs a failed step once: an unexpected error as an error, with the frames of its stack and its causes; a
 * failure of a known kind as a warning.
 */
export function logFailure(log: Log, error: unknown, fields: LogFields = {}): void {
  const origin = error instanceof Error ? (origins.get(error) ?? error) : error;
  if (typeof origin !== 'object' || origin === null || logged.has(origin)) return;
  logged.add(origin);
  const kind = failureKind(origin);
  if (kind === 'internal' && !(origin instanceof SyncFailure))
    log.write('error', 'unexpected error', { ...fields, ...errorFields(origin, { messages: false }) });
  else if (kind !== 'superseded')
    log.write('warn', origin instanceof SyncFailure ? origin.message : FAILURES[kind].says, {
      ...fields,
      kind,
    });
}

/**
 * Decides how long to wait after a failed step, or that retrying is pointless (`final`). `attempt` counts
 * from 1.
 */
export function retryDecision(
  error: unknown,
  attempt: number,
): { kind: FailureKind; delayMs: number; final: boolean } {
  const kind = failureKind(error);
  const retryAfterMs = error instanceof SyncFailure ? error.retryAfterMs : undefined;
  const { retry } = FAILURES[kind];
  const exhausted = retry === 'count' && attempt >= MOST_FAILURES;
  return {
    kind,
    delayMs: retryDelayMs(kind, { attempt, retryAfterMs, random: Math.random() }),
    final: exhausted || retry === 'park' || retry === 'fail',
  };
}

/**
 * The only place where errors become Temporal failures. Their type is the failure kind. They carry a message
 * only if it is known to be free of names, addresses and tokens, and never a cause or stack.
 */
export function toTemporalFailure(error: unknown, attempt: number): Error {
  if (error instanceof ApplicationFailure || error instanceof CancelledFailure) return error;
  const { kind, delayMs, final } = retryDecision(error, attempt);
  const message = error instanceof SyncFailure ? error.message : FAILURES[kind].says;
  const failure = { message, type: kind, nonRetryable: final, ...(final ? {} : { nextRetryDelay: delayMs }) };
  const created = ApplicationFailure.create(failure);
  origins.set(created, error);
  return created;
}
