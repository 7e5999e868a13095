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
  | { kind: 'patch'; patch: (body: Record<string, unknown>) => unknown };

/** An error in Drive's JSON envelope. */
export interface DriveErrorFault {
  kind: 'drive-error';
  status: number;
  reason: string;
  message?: string;
  domain?: string;
  location?: string;
  retryAfter?: string;
}

/** The request that a fault predicate gets. */
export interface FaultRequest {
  /** For example `files.list`. */
  method: string;
  /** The query parameters, such as `q` or `driveId`; for `files.get` also `fileId`, from the path. */
  params: Readonly<Record<string, string>>;
}
