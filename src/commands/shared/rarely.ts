import { performance } from 'node:perf_hooks';

/** Looking takes at most one part in so many of the watcher's time. */
const REST = 20;

/** Looks again only after a rest in proportion to what the last look took: what is counted grows with the account, and watchers look often. */
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
