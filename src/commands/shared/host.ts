import type { Readable, Writable } from 'node:stream';
import type { Environment } from '../../config';

/** A stream to write to; only a terminal has `isTTY` and `columns` (its width). */
export type Output = Writable & { isTTY?: boolean | undefined; columns?: number | undefined };

/** The standard streams of a command. */
export interface Streams {
  stdin: Readable & { isTTY?: boolean | undefined };
  stdout: Output;
  stderr: Output;
}

/** The process that a command line runs in. */
export interface Host extends Streams {
  env: Environment;
  /** Calls `stop` at each SIGINT and SIGTERM; returns a function that ends that. */
  onSignal(stop: () => void): () => void;
  /** Ends the process immediately. */
  exit(code: number): void;
  /** Ends the process after this many ms, unless it has ended before. */
  leaveWithin(ms: number): void;
}
