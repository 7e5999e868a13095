/** What long runs have in common. */
import type { Emulator } from '../../emulator';

const TICK_MS = 50;

/** Changes that go on until they are stopped; says how many there were. */
export interface Changing {
  stop(): number;
}

/** Changes an emulated Drive at random, so many times a second. */
export function keepChanging(
  emulator: Emulator,
  { perSecond, access = true }: { perSecond: number; access?: boolean },
): Changing {
  const startedAt = Date.now();
  let changes = 0;
  const timer = setInterval(() => {
    const due = ((Date.now() - startedAt) / 1000) * perSecond;
    for (; changes < due; changes++) emulator.world.mutate(Math.random, { access });
  }, TICK_MS);
  return {
    stop() {
      clearInterval(timer);
      return changes;
    },
  };
}

/** How many requests reached the emulator, by method; those that never came are left out. */
export function requestsBy(emulator: Emulator): Record<string, number> {
  return Object.fromEntries(Object.entries(emulator.counts).filter(([, count]) => count > 0));
}

/** The requests that something took, by method. */
export async function requestsOf(
  emulator: Emulator,
  work: () => Promise<void>,
): Promise<Record<string, number>> {
  const before = { ...emulator.counts };
  await work();
  const spent = Object.entries(emulator.counts).map(([method, count]): [string, number] => [
    method,
    count - (before[method] ?? 0),
  ]);
  return Object.fromEntries(spent.filter(([, count]) => count > 0));
}

/** A time span in words. */
export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
