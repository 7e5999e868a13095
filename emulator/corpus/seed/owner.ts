import type { DriveUser } from '../../drive/drive-file';
import { fraction, hash } from '../hash';
import type { People } from '../people';

/** True if the file belongs to somebody else and was shared with the user: every tenth file, and a few folders. */
export function isForeign(seed: number, slot: number, isFolder: boolean): boolean {
  return fraction(seed, slot, 0x30) < (isFolder ? 0.02 : 0.1);
}

/** True if the user cannot see the folder that the file lies in; only files of others can be so. */
export function isOrphan(seed: number, slot: number, isFolder: boolean): boolean {
  return isForeign(seed, slot, isFolder) && fraction(seed, slot, 0x31) < 0.6;
}

/** How far a file is shared. */
export type Sharing = 'private' | 'person' | 'people' | 'link';

/** The sharing of a seed file; what others shared with the user is at least shared with one person. */
export function sharingOf(seed: number, slot: number, foreign: boolean): Sharing {
  const at = fraction(seed, slot, 0x32);
  if (at > 0.97) return 'link';
  if (at > 0.93) return 'people';
  return foreign || at > 0.82 ? 'person' : 'private';
}

/** Somebody other than the user; `salt` tells one role in a file from another. */
export function otherPerson(
  { people, seed }: { people: People; seed: number },
  slot: number,
  salt: number,
): DriveUser {
  return people.other(hash(seed, slot, salt));
}
