import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../../config';

/** A stream that is written to; `isTTY` and `columns` (its width) are those of a terminal. */
export type Output = Writable & { isTTY?: boolean | undefined; columns?: number | undefined };

/** Where a command reads what a person types, and where it writes. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean | undefined };
  stdout: Output;
  stderr: Output;
}

/** The process that a command line runs in. */
export interface Host extends Streams {
  env: Environment;
  /** Calls `stop` at each SIGINT and SIGTERM; returns what ends that. */
  onSignal(stop: () => void): () => void;
  /** Ends the process at once. */
  exit(code: number): void;
  /** Ends the process after so many ms, unless it ends by itself. */
  leaveWithin(ms: number): void;
}
