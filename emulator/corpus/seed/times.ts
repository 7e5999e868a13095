import { fraction } from '../hash';
import type { TimeShape } from '../spec';

/** A local binding, for the reason in `hash.ts`. */
const { floor } = Math;

const YEAR_MS = 365.25 * 86_400_000;
const HOUR_MS = 3_600_000;
/** The time of the newest generated file; fixed, so that a seed always gives the same files. */
const END_MS = Date.parse('2026-01-01T00:00:00.000Z');
const START_MS = END_MS - 15 * YEAR_MS;
/** When a burst or a migration filled the generated Drive. */
const BURST_MS = Date.parse('2022-03-14T09:00:00.000Z');

/** The share of files that were modified within `length` ms after `BURST_MS`. */
const BURSTS: Readonly<Record<TimeShape, { share: number; length: number }>> = {
  uniform: { share: 0, length: 1 },
  bursty: { share: 0.3, length: HOUR_MS },
  migrated: { share: 0.95, length: 6 * HOUR_MS },
  identical: { share: 1, length: 1 },
};

/** The modification time of a generated file, in ms. */
export function seedTime(seed: number, slot: number, shape: TimeShape): number {
  const { share, length } = BURSTS[shape];
  const within = fraction(seed, slot, 0x71);
  if (fraction(seed, slot, 0x70) < share) return BURST_MS + floor(within * length);
  return START_MS + floor(within * (END_MS - START_MS));
}
