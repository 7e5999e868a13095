/** Where a record of a file comes from: a listing, which may lag behind, the change log, or `files.get`. */
export type Authority = 'listing' | 'log' | 'get';

/** How a record from Drive compares with the stored row of the file. */
export interface RecordComparison {
  by: Authority;
  /** The record comes from the row's home or from `files.get`, so it may bring a removed file back. */
  decisive: boolean;
  /** The record's version is higher (1), the same (0) or lower (-1). */
  newer: number;
  /** Nothing differs, except perhaps the version. */
  same: boolean;
  /** The row's home is another source than the record's. */
  rehomed: boolean;
  removed: boolean;
  /** The removal is so recent that a lagging listing may not know of it. */
  youngRemoval: boolean;
}

/**
 * `write`: the row takes the record's values, and lives. `content`: it takes them, but stays removed if it
 * is. `ignore`: it stays as it is. `ask`: the file may live again, but only `files.get` can tell.
 */
export type WriteDecision = 'write' | 'content' | 'ignore' | 'ask';

/**
 * Decides what a record from Drive does to the stored row. A higher version wins. At the same version only
 * the row's home may change it, since some fields change without a new version. A lower version changes
 * nothing. A removed file lives again if its home or `files.get` shows it.
 */
export function decideWrite(comparison: RecordComparison): WriteDecision {
  const { by, decisive, newer, same, rehomed, removed, youngRemoval } = comparison;
  if (!decisive) return newer > 0 ? 'content' : 'ignore';
  if (removed) {
    if (by === 'listing') return youngRemoval ? 'ask' : newer < 0 ? 'ignore' : 'write';
    return 'write';
  }
  if (newer < 0) return 'ignore';
  return newer > 0 || !same || rehomed ? 'write' : 'ignore';
}

/** What a record of a folder has changed. */
export interface FolderChange {
  /** The folder is new, or new at this place. */
  appeared: boolean;
  /** The folder came from another source. Children that seem to be there still may be gone. */
  rehomed: boolean;
  /** The folder went into the trash or out of it, or moved within it. */
  trashChanged: boolean;
  /** Access to the folder has changed, and its children inherit that. */
  accessChanged: boolean;
  /** The folder changed during a crawl, which may have missed children. */
  mayHideChildren: boolean;
}

/**
 * What to do with the children of a folder: list them, recompute whether they are trashed, or look them up:
 * all of them (`doubt`), or those whose home is not the folder's (`strays`).
 */
export type FolderWork = 'list' | 'trash' | 'doubt' | 'strays';

/**
 * Returns the work that a change of a folder makes necessary. Drive reports the folder only, never its
 * children.
 */
export function workAfterChange(change: FolderChange): FolderWork[] {
  const { appeared, rehomed, trashChanged, accessChanged, mayHideChildren } = change;
  const work: FolderWork[] = [];
  if (appeared || accessChanged || mayHideChildren) work.push('list');
  if (trashChanged) work.push('trash');
  if (rehomed) work.push('strays');
  return work;
}
