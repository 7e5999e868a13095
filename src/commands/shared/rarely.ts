import { performance } from 'node:perf_hooks';

/** Looking takes at most 1/20 of the watcher's time. */
const REST = 20;

/** Limits how often `look` runs, in proportion to its duration, since counting is slow in large accounts. */
export function rarely<A extends unknown[], T>(look: (...args: A) => T): (...args: A) => T {
  let last: { value: T; restsUntil: number } | undefined;
  return (...args) => {
    const startedAt = performance.now();
    if (last !== undefined && startedAt < last.restsUntil) return last.value;
    const value = look(...args);
    const endedAt = performance.now();
    last = { value, restsUntil: endedAt + (endedAt - startedAt) * REST };
    return value;
  };
}
