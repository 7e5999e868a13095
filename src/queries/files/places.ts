import { USER_SOURCE } from '../../model/job';
import { IS_IN_COPY } from '../../store/jobs/source-conditions';
import type { Reader } from '../../store/reader';
import { text } from '../row-values';

/**
 * The top levels of all paths, named as on Drive's web page. `no-folder` holds items of the user or of a
 * drive that lie in no visible folder.
 */
export const PLACES = {
  'my-drive': 'My Drive',
  'shared-drives': 'Shared drives',
  'shared-with-me': 'Shared with me',
  'no-folder': 'No folder',
} as const;

/** A top level of paths that is not a folder in Drive. */
export type Place = keyof typeof PLACES;

/** What paths begin with: the root of My Drive and the names of the shared drives. */
export interface Roots {
  /** Undefined until it is known. */
  myDrive: string | undefined;
  /** Names by id. */
  drives: ReadonlyMap<string, string>;
}

/** Reads the roots. */
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

/** The part of a file or folder that paths need. */
export interface Ancestor {
  id: string;
  name: string;
  /** The first of its folders. */
  parentId: string | undefined;
  /** Owned by the user or by a shared drive, so without a folder it is not shared by somebody else. */
  isOwn: boolean;
  /** Owned by the user. */
  isMine: boolean;
}

/** The place of an item whose folder is not visible. */
export function placeOf({ isOwn, parentId }: Ancestor, { myDrive }: Roots): Place {
  if (!isOwn) return 'shared-with-me';
  // Until the root of My Drive is known, own files lie in it and no listing shows it.
  return myDrive === undefined && parentId !== undefined ? 'my-drive' : 'no-folder';
}
