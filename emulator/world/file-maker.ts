import { encodeId } from '../corpus/file-id';
import { scramble } from '../corpus/hash';
import { LOST, TRASHED, TRASHED_ABOVE, UNLISTED } from '../corpus/marks';
import { FOLDER, type DriveFile, type DriveUser } from '../drive/drive-file';
import type { Ledger } from './ledger';
import { newFile, permissionIdsOf, type Access } from './new-file';

/** What is said of a file that is to be made. */
export interface Wish {
  parent?: string;
  name?: string;
  mimeType: string;
  modifiedTime?: string;
  driveId?: string;
}

/** Brings files into being. */
export class FileMaker {
  readonly #ledger: Ledger;
  #count = 0;

  constructor(ledger: Ledger) {
    this.#ledger = ledger;
  }

  /** An id that no file has. */
  newId(): string {
    return encodeId(scramble(this.#ledger.drive.seed ^ 0x4e455721), scramble(++this.#count));
  }

  /** A file that somebody makes in a folder that the user knows; in one of somebody else, where nothing is listed, it is theirs. */
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

  /** A file that lies in a folder of somebody else already when the folder is shared with the user; nothing tells of it. */
  createWithin(wish: Wish & { parent: string }): string {
    const { corpus, user } = this.#ledger.drive;
    const parent = this.#ledger.slotOf(wish.parent);
    const owner = corpus.readers.owners(parent)?.[0] ?? user;
    const file = this.#makeTheirs(wish, parent, owner);
    corpus.add(file, this.isUnlistedBelow(parent) ? UNLISTED : 0);
    return file.id;
  }

  /** A file that somebody else shares with the user. Without a `parent`, the user does not see where it lies. */
  receive({ access = 'direct', ...wish }: Wish & { access?: Access }): string {
    const { corpus, people, user, sharedApart } = this.#ledger.drive;
    const owner = people.other(this.#count);
    const parent = wish.parent === undefined ? undefined : this.#ledger.slotOf(wish.parent);
    const { time } = this.#ledger;
    const file = {
      ...this.#make(wish, parent, owner),
      permissionIds: permissionIdsOf(owner, user, access),
      // Nobody shared a link or a domain's file with the user in person: the user opened it.
      ...(access === 'direct' || access === 'group'
        ? { sharedWithMeTime: time, sharingUser: owner }
        : { viewedByMe: true, viewedByMeTime: time }),
    };
    if (parent !== undefined) sharedApart.add(corpus.slotCount);
    return this.#add(file, parent !== undefined && corpus.trashed(parent) ? TRASHED_ABOVE : 0);
  }

  /** True if what lies in a folder shows in no flat listing. */
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

  /** A file in a folder of somebody else; the user has the same access to it as to the folder. */
  #makeTheirs(wish: Wish, parent: number, owner: DriveUser): DriveFile {
    const file = this.#make(wish, parent, owner);
    const permissionIds = this.#ledger.drive.corpus.readers.permissionIds(parent);
    return permissionIds === undefined ? file : { ...file, permissionIds };
  }

  #add(file: DriveFile, marks: number): string {
    const { corpus } = this.#ledger.drive;
    this.#ledger.record(corpus.slotCount, () => corpus.add(file, marks));
    return file.id;
  }
}
