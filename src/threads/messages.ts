import type { LogLevel } from '../log';
import type { WireError } from './wire-error';

/** A call to another thread. `hasNotes`: the last argument has an `onNote`, which stays with the caller. */
export interface ThreadCall {
  id: number;
  method: string;
  args: readonly unknown[];
  hasNotes: boolean;
}

/** What a thread sends back: notes on a call, then its result or its error; and log events. */
export type ThreadAnswer =
  | { id: number; kind: 'note'; note: unknown }
  | { id: number; kind: 'done'; value: unknown }
  | { id: number; kind: 'failed'; error: WireError }
  | { kind: 'log'; level: LogLevel; message: string };

/** How deep typed arrays may lie in a message: a page in an argument, its files, their bytes. */
const MOST_DEPTH = 3;

/**
 * The memory that moves to the other thread with a value: that of every typed array with an ArrayBuffer of
 * its own. It is empty here afterwards. Everything else is copied.
 */
export function movedWith(value: unknown): ArrayBuffer[] {
  const found = new Set<ArrayBuffer>();
  collect(value, MOST_DEPTH, found);
  return [...found];
}

function collect(value: unknown, depth: number, found: Set<ArrayBuffer>): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof Map) return;
  if (ArrayBuffer.isView(value)) {
    const { buffer, byteLength } = value;
    if (buffer instanceof ArrayBuffer && byteLength === buffer.byteLength) found.add(buffer);
  } else if (depth > 0) for (const part of Object.values(value)) collect(part, depth - 1, found);
}
