import type { DriveUser } from '../../drive/drive-file';
import { fraction, hash } from '../hash';
import type { People } from '../people';

/** True if another user owns the file and shared it with the user: every tenth file, and a few folders. */
export function isForeign(seed: number, slot: number, isFolder: boolean): boolean {
  return fraction(seed, slot, 0x30) < (isFolder ? 0.02 : 0.1);
}

/** True if the user cannot see the parent of the file. Only files of other users can be orphans. */
export function isOrphan(seed: number, slot: number, isFolder: boolean): boolean {
  return isForeign(seed, slot, isFolder) && fraction(seed, slot, 0x31) < 0.6;
}

/** With whom a file is shared. */
export type Sharing = 'private' | 'person' | 'people' | 'link';

/** The sharing of a generated file. A file of another user is shared with one person or more. */
export function sharingOf(seed: number, slot: number, foreign: boolean): Sharing {
  const at = fraction(seed, slot, 0x32);
  if (at > 0.97) return 'link';
  if (at > 0.93) return 'people';
  return foreign || at > 0.82 ? 'person' : 'private';
}

/** Another person; a different `salt` gives a different role of the file. */
export function otherPerson(
  { people, seed }: { people: People; seed: number },
  slot: number,
  salt: number,
): DriveUser {
  return people.other(hash(seed, slot, salt));
}
