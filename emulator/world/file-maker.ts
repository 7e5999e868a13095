import { encodeId } from '../corpus/file-id';
import { scramble } from '../corpus/hash';
import { LOST, TRASHED, TRASHED_ABOVE, UNLISTED } from '../corpus/marks';
import { FOLDER, type DriveFile, type DriveUser } from '../drive/drive-file';
import type { Ledger } from './ledger';
import { newFile, permissionIdsOf, type Access } from './new-file';

/** The properties of a new file. */
export interface Wish {
  parent?: string;
  name?: string;
  mimeType: string;
  modifiedTime?: string;
  driveId?: string;
}

/** Creates files. */
export class FileMaker {
  readonly #ledger: Ledger;
  #count = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** A new id. */
  newId(): string {
    return encodeId(scramble(this.#ledger.drive.seed ^ 0x4e455721), scramble(++this.#count));
  }

  /**
   * Creates a file in a folder. In another user's folder with hidden contents, the file belongs to that user.
   */
  create(wish: Wish): string {
    const { corpus, user } = this.#ledger.drive;
    const parent = this.#ledger.slotOf(wish.parent ?? wish.driveId ?? corpus.rootId);
    const isTheirs = this.isUnlistedBelow(parent);
    const owner = isTheirs ? (corpus.readers.owners(parent)?.[0] ?? user) : user;
    const above = corpus.marks(parent);
    const marks = ((above & TRASHED) === 0 ? 0 : TRASHED_ABOVE) | (above & LOST) | (isTheirs ? UNLISTED : 0);
    const file = isTheirs ? this.#makeTheirs(wish, parent, owner) : this.#make(wish, parent, owner);
    return this.#add(file, marks);
  }

  /**
   * Creates a file in another user's folder without a change log entry, as if it existed before the folder
   * was shared.
   */
  createWithin(wish: Wish & { parent: string }): string {
    const { corpus, contents, user } = this.#ledger.drive;
    const parent = this.#ledger.slotOf(wish.parent);
    const owner = corpus.readers.owners(parent)?.[0] ?? user;
    const file = this.#makeTheirs(wish, parent, owner);
    corpus.add(contents.checked(file), this.isUnlistedBelow(parent) ? UNLISTED : 0);
    return file.id;
  }

  /**
   * Creates a file that another user shares with the user. Without `parent`, its folder is invisible to the
   * user.
   */
  receive({ access = 'direct', ...wish }: Wish & { access?: Access }): string {
    const { corpus, people, user, sharedApart } = this.#ledger.drive;
    const owner = people.other(this.#count);
    const parent = wish.parent === undefined ? undefined : this.#ledger.slotOf(wish.parent);
    const { time } = this.#ledger;
    const file = {
      ...this.#make(wish, parent, owner),
      permissionIds: permissionIdsOf(owner, user, access),
      // The user opened a file that is shared by link or with a domain; nobody shared it with the user
      // directly.
      ...(access === 'direct' || access === 'group'
        ? { sharedWithMeTime: time, sharingUser: owner }
        : { viewedByMe: true, viewedByMeTime: time }),
    };
    if (parent !== undefined) sharedApart.add(corpus.slotCount);
    return this.#add(file, parent !== undefined && corpus.trashed(parent) ? TRASHED_ABOVE : 0);
  }

  /** True if flat listings do not show the contents of a folder. */
  isUnlistedBelow(folder: number): boolean {
    const { corpus, closedFolders } = this.#ledger.drive;
    return (corpus.marks(folder) & UNLISTED) !== 0 || closedFolders.has(folder);
  }

  #make(wish: Wish, parent: number | undefined, owner: DriveUser): DriveFile {
    const { corpus, user } = this.#ledger.drive;
    const { time } = this.#ledger;
    const id = this.newId();
    const kind = wish.mimeType === FOLDER ? 'Folder' : 'File';
    const { name = `${kind} ${String(this.#count)}`, mimeType, modifiedTime = time } = wish;
    const parents = parent === undefined ? undefined : [corpus.readers.id(parent) ?? ''];
    const driveId = parent === undefined ? undefined : corpus.driveId(parent);
    return newFile({ id, name, mimeType, parents, time, modifiedTime, owner, user, driveId });
  }

  /** Makes a file in another user's folder; it has the permissions of the folder. */
  #makeTheirs(wish: Wish, parent: number, owner: DriveUser): DriveFile {
    const file = this.#make(wish, parent, owner);
    const permissionIds = this.#ledger.drive.corpus.readers.permissionIds(parent);
    return permissionIds === undefined ? file : { ...file, permissionIds };
  }

  #add(file: DriveFile, marks: number): string {
    const { corpus, contents } = this.#ledger.drive;
    this.#ledger.record(corpus.slotCount, () => corpus.add(contents.checked(file), marks));
    return file.id;
  }
}
