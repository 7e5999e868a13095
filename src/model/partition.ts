/**
 * A partition is a disjoint window of a source's listing with its own page token. Windows are cut by `modifiedTime`, in whole
 * seconds, and listed newest first.
 */
export interface Window {
  trashed: boolean;
  /** Seconds since 1970: files modified at or after it belong to the window; undefined = no lower end, files without the field included. */
  from: number | undefined;
  /** Seconds since 1970: files modified before it belong to the window; undefined = no upper end. */
  before: number | undefined;
}

/** The largest page size that Google takes; it often gives less. */
export const LARGEST_PAGE = 1000;

/** Who may commit to a partition: the lease counts claims, the page number counts commits. Both must still be what they were. */
export interface Fence {
  partition: number;
  lease: number;
  page: number;
}

/** Where a partition's listing goes on: everything that `files.list` needs, constant for the life of the token. */
export interface ListPosition {
  q: string;
  orderBy: string | undefined;
  pageToken: string | undefined;
  /** The folder whose children are listed; undefined for a flat listing. */
  folderId?: string | undefined;
  /** Files a page at the most; undefined: as many as Drive gives. It belongs to the token as everything else here does. */
  pageSize?: number | undefined;
}

/** A lane's hold on a partition. `driveId` is the drive id of a shared drive, undefined for the user's own source. */
export interface Claim {
  fence: Fence;
  driveId: string | undefined;
  position: ListPosition;
  /** Failures since the last commit. */
  failures: number;
}
