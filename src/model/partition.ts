/**
 * A partition is a window of a source's listing with its own page token. Windows are disjoint, cut by
 * `modifiedTime` in whole seconds, and listed newest first.
 */
export interface Window {
  trashed: boolean;
  /**
   * The lower bound in seconds since 1970, inclusive; undefined: none, and files without the field are
   * included.
   */
  from: number | undefined;
  /** The upper bound in seconds since 1970, exclusive; undefined: none. */
  before: number | undefined;
}

/** The largest page size that Google allows; its pages are often smaller. */
export const LARGEST_PAGE = 1000;

/**
 * The fencing token of a commit: the lease counts claims, the page number counts commits. Both must still be
 * current.
 */
export interface Fence {
  partition: number;
  lease: number;
  page: number;
}

/**
 * Where a listing continues: the parameters of `files.list`, which stay the same for the life of the token.
 */
export interface ListPosition {
  q: string;
  orderBy: string | undefined;
  pageToken: string | undefined;
  /** The folder whose children are listed; undefined for a flat listing. */
  folderId?: string | undefined;
  /** Files to request per page; undefined: the largest page. A page token belongs to its size. */
  pageSize?: number | undefined;
}

/** A lane's claim on a partition. `driveId` is undefined for the user's own source. */
export interface Claim {
  fence: Fence;
  driveId: string | undefined;
  position: ListPosition;
  /** Failures since the last commit. */
  failures: number;
}
