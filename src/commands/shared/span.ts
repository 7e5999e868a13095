import { EXIT, UserError } from '../../errors';
import { toSpan } from '../../model/moment';

export { toSpan };

const UNITS: readonly (readonly [unit: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
];

/**
 * The span that an option was given, in ms.
 * @throws UserError where it is none.
 */
export function parseSpan(text: string, flag: string): number {
  const ms = toSpan(text);
  if (ms !== undefined) return ms;
  throw new UserError(`${flag} takes a time span, not ${JSON.stringify(text)}`, {
    hint: 'a count and a unit: 30s, 5m, 2h or 30d',
    exitCode: EXIT.usage,
  });
}

/** A span as it would be typed, in the largest unit that loses nothing. */
export function typedSpan(ms: number): string {
  const [unit, size] = UNITS.find(([, each]) => ms >= each && ms % each === 0) ?? ['s', 1_000];
  return `${String(ms / size)}${unit}`;
}
