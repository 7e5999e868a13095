import { errorCode, errorMessage, StoreError, UserError } from '../errors';
import { SyncFailure, type FailureKind } from '../model/failure';

/** An error in a message. Copying an error to another thread would lose its class and its own fields. */
export interface WireError {
  message: string;
  stack?: string | undefined;
  code?: string | undefined;
  failure?: { kind: FailureKind; retryAfterMs: number | undefined };
  user?: { hint: string | undefined; exitCode: number; ofStore: boolean };
}

/** Converts an error for sending it to another thread. */
export function toWireError(error: unknown): WireError {
  if (error instanceof SyncFailure) {
    const { message, kind, retryAfterMs } = error;
    return { message, failure: { kind, retryAfterMs } };
  }
  if (error instanceof UserError) {
    const { message, hint, exitCode } = error;
    return { message, user: { hint, exitCode, ofStore: error instanceof StoreError } };
  }
  const stack = error instanceof Error ? error.stack : undefined;
  return { message: errorMessage(error), stack, code: errorCode(error) };
}

/** Restores an error that came from another thread. */
export function fromWireError({ message, stack, code, failure, user }: WireError): Error {
  if (failure !== undefined) return Object.assign(new SyncFailure(failure.kind, failure), { message });
  if (user !== undefined) {
    const { hint, exitCode, ofStore } = user;
    const Kind = ofStore ? StoreError : UserError;
    return new Kind(message, { exitCode, ...(hint !== undefined && { hint }) });
  }
  return Object.assign(new Error(message), stack && { stack }, code && { code });
}
