import type { Gate } from './gate';

/** What the emulator does wrong with one request. */
export type Fault =
  | { kind: 'status'; status: number; body?: unknown; html?: boolean; retryAfter?: string; gzip?: boolean }
  | DriveErrorFault
  /** The connection is reset. */
  | { kind: 'reset' }
  /** No answer until the client gives up or the emulator closes. */
  | { kind: 'stall' }
  /** The answer is computed and sent when the gate releases the request, so it knows what happened meanwhile. */
  | { kind: 'hold-request'; gate: Gate }
  /** The answer is computed at once and sent when the gate releases the request; it may be out of date by then. */
  | { kind: 'hold-answer'; gate: Gate }
  /** The answer is computed and sent after this delay. */
  | { kind: 'delay'; ms: number }
  /** The headers come at once, the body byte by byte with this delay between them; default 1,000 ms. */
  | { kind: 'trickle'; msPerByte?: number }
  /** A good body followed by white space without end, compressed if the client accepts that. */
  | { kind: 'endless' }
  /** Status 200 with half of the body; the headers fit the half. */
  | { kind: 'truncated' }
  | { kind: 'html-200' }
  | { kind: 'empty-200' }
  /** A good body as application/octet-stream. */
  | { kind: 'wrong-content-type' }
  /** Rewrites the body of an otherwise good answer. */
  | { kind: 'patch'; patch: (body: Record<string, unknown>) => unknown };

/** An error in Drive's own envelope. */
export interface DriveErrorFault {
  kind: 'drive-error';
  status: number;
  reason: string;
  message?: string;
  domain?: string;
  location?: string;
  retryAfter?: string;
}

/** What a rule of faults can see of a request. */
export interface FaultRequest {
  /** For example `files.list`. */
  method: string;
  /** The query parameters, such as `q` or `driveId`; for `files.get` also `fileId`, from the path. */
  params: Readonly<Record<string, string>>;
}
