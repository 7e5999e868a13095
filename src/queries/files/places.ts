import { USER_SOURCE } from '../../model/job';
import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { text } from '../row-values';

/**
 * The tops of all paths, named as Drive's web page does. `no-folder` holds what is the user's or a drive's and lies in no folder that
 * can be seen.
 */
export const PLACES = {
  'my-drive': 'My Drive',
  'shared-drives': 'Shared drives',
  'shared-with-me': 'Shared with me',
  'no-folder': 'No folder',
} as const;

/** A top of paths that is no folder in Drive. */
export type Place = keyof typeof PLACES;

/** What paths begin with: where My Drive is, and what the shared drives are called. */
export interface Roots {
  /** Undefined while it is not known. */
  myDrive: string | undefined;
  /** Names by id. */
  drives: ReadonlyMap<string, string>;
}

/** Reads what paths begin with. */
export function readRoots(reader: Reader): Roots {
  const rows = reader.all(`SELECT id, name, root_id FROM source WHERE ${IS_IN_COPY}`);
  const user = rows.find(({ id }) => id === USER_SOURCE);
  const drives = rows.filter((row) => row !== user).map((row) => String(row['id']));
  const names = new Map(rows.map((row) => [String(row['id']), text(row, 'name')]));
  return {
    myDrive: user && text(user, 'root_id'),
    drives: new Map(drives.map((id) => [id, names.get(id) ?? id])),
  };
}

/** A file or folder as paths need it. */
export interface Ancestor {
  id: string;
  name: string;
  /** The first of its folders. */
  parentId: string | undefined;
  /** The user's own, or a shared drive's: without a folder it is nobody else's to show. */
  isOwn: boolean;
  /** The user's own. */
  isMine: boolean;
}

/** The place of something whose folder cannot be seen. */
export function placeOf({ isOwn, parentId }: Ancestor, { myDrive }: Roots): Place {
  if (!isOwn) return 'shared-with-me';
  // While the top folder is not known, it is what own files lie in and no listing shows.
  return myDrive === undefined && parentId !== undefined ? 'my-drive' : 'no-folder';
}
