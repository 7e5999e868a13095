import type { FileRecord } from './file';

/**
 * One usable entry of a change log. `file`: the file's present state, whether it stays in this log or has
 * moved to another one. `removed`: deleted, or no longer accessible. `unclear`: the entry names a file
 * without saying which of the two, so the file is looked up.
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes
 */
export type ChangeEntry =
  | { kind: 'file'; file: FileRecord; atMs: number | undefined }
  | { kind: 'removed'; fileId: string }
  | { kind: 'unclear'; fileId: string }
  | { kind: 'drive'; drive: DriveChange };

/** An entry about a shared drive. `removed`: the user is no longer a member, or the drive is gone. */
export interface DriveChange {
  id: string;
  name: string | undefined;
  removed: boolean;
}

/** A shared drive in `drives.list`. */
export interface SharedDrive {
  id: string;
  name: string | undefined;
}
