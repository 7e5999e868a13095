import type { FieldReaders } from '../../drive/drive-file';
import { instant } from '../instant';
import type { SeedFacts } from './facts';

const DAY_MS = 86_400_000;

type DateField =
  | 'createdTime'
  | 'modifiedTime'
  | 'modifiedByMe'
  | 'modifiedByMeTime'
  | 'viewedByMe'
  | 'viewedByMeTime'
  | 'sharedWithMeTime';

/** Readers of the times of a generated file. All of them are near its modification time. */
export function dateReaders(facts: SeedFacts): Pick<FieldReaders, DateField> {
  const modified = (slot: number): number => facts.modifiedTimes[slot] ?? 0;
  const modifiedByMe = (slot: number): boolean => !facts.isForeign(slot) && facts.fraction(slot, 0x91) < 0.9;
  const viewed = (slot: number): boolean => facts.fraction(slot, 0x92) < 0.6;
  return {
    createdTime: (slot) => instant(modified(slot) + age(facts, slot)),
    modifiedTime: (slot) => instant(modified(slot)),
    modifiedByMe,
    modifiedByMeTime: (slot) => (modifiedByMe(slot) ? instant(modified(slot)) : undefined),
    viewedByMe: viewed,
    viewedByMeTime: (slot) =>
      viewed(slot)
        ? instant(modified(slot) + Math.floor(facts.fraction(slot, 0x93) * 30 * DAY_MS))
        : undefined,
    sharedWithMeTime: (slot) =>
      facts.isForeign(slot)
        ? instant(modified(slot) + Math.floor(facts.fraction(slot, 0x94) * DAY_MS))
        : undefined,
  };
}

/**
 * The creation time minus the modification time. It is positive for uploads: their content is older than the
 * Drive file.
 */
function age(facts: SeedFacts, slot: number): number {
  const at = facts.fraction(slot, 0x90);
  if (at < 0.1) return Math.floor(at * 900 * DAY_MS);
  return -Math.floor(at ** 4 * 700 * DAY_MS);
}
