import type { Contents } from '../contents/contents';
import type { Corpus } from '../corpus/corpus';
import type { People } from '../corpus/people';
import type { DriveSpec } from '../corpus/spec';
import type { ChangeLog } from '../drive/change-log';
import type { DriveUser } from '../drive/drive-file';
import type { SharedDrives } from '../drive/shared-drives';
import type { Visibility } from '../drive/visibility';
import type { ParentRule } from './subtree';

/** The parts of a Drive that `World` reads and changes. */
export interface DriveState {
  readonly corpus: Corpus;
  readonly visibility: Visibility;
  readonly contents: Contents;
  readonly drives: SharedDrives;
  readonly logs: { readonly user: ChangeLog };
  readonly user: DriveUser;
  readonly people: People;
  readonly seed: number;
  readonly seedDrives: readonly DriveSpec[];
  /** Other people's folders whose contents flat listings do not show. */
  readonly closedFolders: Set<number>;
  /**
   * Other people's folders that are in another shared folder and were also shared with the user separately.
   */
  readonly sharedApart: Set<number>;
  readonly habits: { readonly severalParents: ParentRule };
  readonly now: () => number;
}
