import type { DriveUser, FieldReaders } from '../../drive/drive-file';
import type { FileSource } from '../corpus';
import type { SeedSpec } from '../spec';
import { contentReaders, identityReaders } from './content';
import { dateReaders } from './dates';
import { SeedFacts } from './facts';
import { hostileFiles, patchReaders, type FilePatch } from './hostile-files';
import { sharingReaders } from './sharing';
import { NO_PARENT } from './tree';

/** Generates a Drive from a seed: the same seed gives the same files in every process. */
export function createSeedSource(spec: SeedSpec, user: DriveUser): FileSource {
  const facts = new SeedFacts(spec, user);
  const readers: FieldReaders = {
    ...identityReaders(facts),
    ...dateReaders(facts),
    ...contentReaders(facts),
    ...sharingReaders(facts),
  };
  const { tree, count } = facts;
  const hostile = spec.hostile === true ? hostileFiles(facts) : undefined;
  return {
    count,
    rootSlot: count,
    modifiedTimes: hostile === undefined ? facts.modifiedTimes : patchTimes(facts.modifiedTimes, hostile),
    trash: tree.trash,
    readers: hostile === undefined ? readers : patchReaders(readers, hostile),
    key: (slot) => facts.key(slot),
    slotOf: (id) => facts.slotOf(id),
    parentSlots: (slot) => {
      const patch = hostile?.get(slot);
      if (patch !== undefined && 'parents' in patch) return slotsOf(facts, patch.parents ?? []);
      const parent = tree.parents[slot] ?? NO_PARENT;
      return parent === NO_PARENT ? [] : [parent];
    },
  };
}

function slotsOf(facts: SeedFacts, ids: readonly string[]): number[] {
  return ids.flatMap((id) => facts.slotOf(id) ?? []);
}

/**
 * Copies the times, because the other times of a file are still derived from the original modification time.
 */
function patchTimes(times: Float64Array, patches: ReadonlyMap<number, FilePatch>): Float64Array {
  const patched = times.slice();
  for (const [slot, patch] of patches) {
    if ('modifiedTime' in patch) patched[slot] = Date.parse(patch.modifiedTime ?? '');
  }
  return patched;
}
