import { setFlagsFromString } from 'node:v8';

/**
 * Garbage may grow to as much as what lives, in percent, before it is looked for. Left to itself, V8 lets it grow to three times as much, which is no faster:
 * https://nodejs.org/api/v8.html#v8setflagsfromstringflags
 */
const MOST_GARBAGE = '--heap-growing-percent=100';

/**
 * The threads that start from now on, Temporal's for workflows among them, have little that lives at a time. Left to itself, V8 gives each 16 MiB twice, most of
 * it for garbage: https://nodejs.org/api/cli.html#useful-v8-options
 */
const LITTLE_ROOM = '--max-semi-space-size=2';

/** The same for the main thread, which was promised its 16 MiB when it started: it takes no more of it than it has. */
const NO_MORE_ROOM = '--semi-space-growth-factor=1';

/** With so little room, threads that share the work of tidying it up wait for each other longer than one takes for it. */
const ONE_TIDIES = '--no-parallel-scavenge';

/** Has this process keep little garbage, since it is going to work for long. To be called first: while modules are loaded, V8 takes most of what it was promised. */
export function keepLittleGarbage(): void {
  setFlagsFromString(MOST_GARBAGE);
  setFlagsFromString(LITTLE_ROOM);
  setFlagsFromString(ONE_TIDIES);
  takeNoMoreRoom();
  process.on('worker', (worker) => worker.once('online', takeNoMoreRoom));
}

/** With every thread that starts, V8 goes back to doubling. To be called first in a thread of which the main thread does not hear. */
export function takeNoMoreRoom(): void {
  setFlagsFromString(NO_MORE_ROOM);
}
