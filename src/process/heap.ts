import { setFlagsFromString } from 'node:v8';
import type { Worker } from 'node:worker_threads';

/**
 * Start a full garbage collection when the heap has grown by 100 % of its live size. V8's default is about
 * 300 %, which is no faster: https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
const HEAP_GROWING_PERCENT = '--heap-growing-percent=100';

/**
 * A young generation of 2 MiB semi-spaces for new threads, such as Temporal's workflow threads, which keep
 * few objects alive. V8's default is 16 MiB: https://nodejs.org/api/cli.html#useful-v8-options
 */
const MAX_SEMI_SPACE_SIZE = '--max-semi-space-size=2';

/** Keeps the main thread's semi-spaces at their current size; their maximum was fixed when it started. */
const SEMI_SPACE_GROWTH_FACTOR = '--semi-space-growth-factor=1';

/** With such small semi-spaces, synchronizing parallel scavenges costs more than it saves. */
const NO_PARALLEL_SCAVENGE = '--no-parallel-scavenge';

/** Limits the heap of a long-running process. Call it first: the heap grows most while modules are loaded. */
export function limitHeapGrowth(): void {
  setFlagsFromString(HEAP_GROWING_PERCENT);
  setFlagsFromString(MAX_SEMI_SPACE_SIZE);
  setFlagsFromString(NO_PARALLEL_SCAVENGE);
  limitSemiSpace();
  // Once a process, however many commands it runs.
  process.off('worker', limitNewThread).on('worker', limitNewThread);
}

function limitNewThread(thread: Worker): void {
  thread.once('online', limitSemiSpace);
}

/**
 * Stops the growth of the semi-spaces. V8 resets the growth factor whenever a thread starts. A thread that
 * another worker thread starts must call this itself, first: the main thread gets no event for it.
 */
export function limitSemiSpace(): void {
  setFlagsFromString(SEMI_SPACE_GROWTH_FACTOR);
}
