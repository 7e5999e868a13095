import type { DriveUser, FieldReaders } from '../drive-file';
import type { FileSource } from './corpus';
import { hostileFiles, patchReaders } from './hostile-files';
import { contentReaders, identityReaders } from './seed-content';
import { dateReaders } from './seed-dates';
import { SeedFacts } from './seed-facts';
import { sharingReaders } from './seed-sharing';
import type { SeedSpec } from './spec';

/** Makes up a Drive from a seed: the same seed gives the same files, in every process. */
export function createSeedSource(spec: SeedSpec, user: DriveUser): FileSource {
  const facts = new SeedFacts(spec, user);
  const readers: FieldReaders = {
    ...identityReaders(facts),
    ...dateReaders(facts),
    ...contentReaders(facts),
    ...sharingReaders(facts),
  };
  const { modifiedTimes, tree, count } = facts;
  const trashed = tree.trash.map((mark) => (mark === 0 ? 0 : 1));
  const hostile = spec.hostile === true ? hostileFiles(facts) : undefined;
  for (const [slot, patch] of hostile ?? []) {
    if ('modifiedTime' in patch) modifiedTimes[slot] = Date.parse(patch.modifiedTime ?? '');
  }
  return {
    count,
    rootSlot: count,
    modifiedTimes,
    trashed,
    readers: hostile === undefined ? readers : patchReaders(readers, hostile),
    key: (slot) => facts.key(slot),
    slotOf: (id) => facts.slotOf(id),
  };
}
