/** Who says something of a file: a listing, which may lag behind, the change log, or an answer on that file alone. */
export type Authority = 'listing' | 'log' | 'get';

/** A stored row beside what has come. */
export interface Sighting {
  by: Authority;
  /** The source that speaks is the row's home, or Drive was asked for this file alone: it may say that the file lives. */
  decisive: boolean;
  /** What has come is of a higher (1), the same (0) or a lower (-1) version. */
  newer: number;
  /** Nothing differs but perhaps the version. */
  same: boolean;
  /** The row belongs to another source than what has come says. */
  rehomed: boolean;
  removed: boolean;
  /** The removal is so young that a lagging listing may not know of it. */
  youngRemoval: boolean;
}

/**
 * `write`: the row takes what has come, and lives. `content`: it takes it, but stays removed if it is. `ignore`: it stays as it is.
 * `ask`: it may live again, but only Drive's answer on the file itself can say so.
 */
export type Verdict = 'write' | 'content' | 'ignore' | 'ask';

/**
 * What becomes of a row. A higher version wins; at the same version only the row's home may change it, since some fields change
 * without a new version; a lower one never does. A removed file lives again when its home or Drive itself shows it.
 */
export function judgeSighting(sighting: Sighting): Verdict {
  const { by, decisive, newer, same, rehomed, removed, youngRemoval } = sighting;
  if (!decisive) return newer > 0 ? 'content' : 'ignore';
  if (removed) {
    if (by === 'listing') return youngRemoval ? 'ask' : newer < 0 ? 'ignore' : 'write';
    return 'write';
  }
  if (newer < 0) return 'ignore';
  return newer > 0 || !same || rehomed ? 'write' : 'ignore';
}

/** What is known of a folder of which a log, or Drive itself, has told. */
export interface FolderSighting {
  /** It was not known where it is now. */
  appeared: boolean;
  trashFlipped: boolean;
  /** Who has access has changed, which its children inherit. */
  accessChanged: boolean;
  /** A crawl may have missed children while the folder changed. */
  mayHideChildren: boolean;
}

/** What is to be done with what lies in a folder: list it, recompute whether it is trashed, or doubt that it is still there. */
export type FolderWork = 'list' | 'trash' | 'doubt';

/** Drive tells of a folder and is silent about what is in it: what follows from the change for the children. */
export function folderConsequences(sighting: FolderSighting): FolderWork[] {
  const { appeared, trashFlipped, accessChanged, mayHideChildren } = sighting;
  const work: FolderWork[] = [];
  if (appeared || accessChanged || mayHideChildren) work.push('list');
  if (trashFlipped) work.push('trash');
  return work;
}
