import type { Gate } from './gate';

/** A fault that the emulator plays on a request. */
export type Fault =
  | { kind: 'status'; status: number; body?: unknown; html?: boolean; retryAfter?: string; gzip?: boolean }
  | DriveErrorFault
  /** Resets the connection. */
  | { kind: 'reset' }
  /** Sends no response until the client gives up or the emulator closes. */
  | { kind: 'stall' }
  /**
   * Computes and sends the response when the gate releases the request; the response includes later changes.
   */
  | { kind: 'hold-request'; gate: Gate }
  /**
   * Computes the response at once and sends it when the gate releases the request; it may be stale by then.
   */
  | { kind: 'hold-answer'; gate: Gate }
  /** Computes and sends the response after this delay. */
  | { kind: 'delay'; ms: number }
  /** Sends the headers at once and the body byte by byte, with this delay between bytes; default 1,000 ms. */
  | { kind: 'trickle'; msPerByte?: number }
  /** Sends a good body and then white space without end, compressed if the client accepts gzip. */
  | { kind: 'endless' }
  /** Sends status 200 with half of the body; `Content-Length` is that of the half. */
  | { kind: 'truncated' }
  | { kind: 'html-200' }
  | { kind: 'empty-200' }
  /** Sends a good body as application/octet-stream. */
  | { kind: 'wrong-content-type' }
  /** Rewrites the body of a good response. */
  | { kind: 'patch'; patch: (body: Record<string, unknown>) => unknown }
  /** Runs `act` before the response is computed, for example to change the file. */
  | { kind: 'act'; act: () => void | Promise<void> }
  /** Responds as if the request had no `Range`. */
  | { kind: 'ignore-range' }
  /** Sends a `Content-Range` that begins `shift` bytes later than the body; default 1. */
  | { kind: 'wrong-content-range'; shift?: number }
  /** Changes `length` bytes of the body from `at` on; default: one byte in the middle. */
  | { kind: 'corrupt'; at?: number; length?: number }
  | BodyFault;

/** A fault in the middle of a body, after `at` bytes of it; default: half of them. */
export type BodyFault =
  /**
   * Ends the body. `length` (default): after a `Content-Length` of the whole body. `chunked`: without a length
   * and without the last chunk. `chunked-end`: without a length, but with the last chunk, so that the client
   * cannot see it.
   */
  | { kind: 'cut'; at?: number; framing?: 'length' | 'chunked' | 'chunked-end' }
  /** Resets the connection. */
  | { kind: 'reset-body'; at?: number }
  /** Sends nothing for `ms`, and then the rest; default: until the client gives up. */
  | { kind: 'stall-body'; at?: number; ms?: number }
  /** Runs `act`, and then sends the rest of the same body. */
  | { kind: 'act-in-body'; at?: number; act: () => void | Promise<void> };

/** An error in Drive's JSON envelope. */
export interface DriveErrorFault {
  kind: 'drive-error';
  status: number;
  reason: string;
  message?: string;
  domain?: string;
  location?: string;
  locationType?: 'parameter' | 'header' | 'other';
  retryAfter?: string;
}

/** The request that a fault predicate gets. */
export interface FaultRequest {
  /** For example `files.list`. */
  method: string;
  /**
   * The query parameters, such as `q` or `driveId`; from the path also `fileId`, `revisionId`, and `name` for
   * operations.
   */
  params: Readonly<Record<string, string>>;
  /** The header `Range`. */
  range?: string;
}
