import { encodeId } from '../corpus/file-id';
import { scramble } from '../corpus/hash';
import { LOST, TRASHED, TRASHED_ABOVE, UNLISTED } from '../corpus/marks';
import { FOLDER, type DriveFile, type DriveUser } from '../drive-file';
import type { Ledger } from './ledger';
import { newFile } from './new-file';

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
    return this.#add(this.#make(wish, parent, owner), marks);
  }

  /** A file that lies in a folder of somebody else already when the folder is shared with the user; nothing tells of it. */
  createWithin(wish: Wish & { parent: string }): string {
    const { corpus, user } = this.#ledger.drive;
    const parent = this.#ledger.slotOf(wish.parent);
    const owner = corpus.readers.owners(parent)?.[0] ?? user;
    const file = this.#make(wish, parent, owner);
    corpus.add(file, this.isUnlistedBelow(parent) ? UNLISTED : 0);
    return file.id;
  }

  /** A file that somebody else shares with the user, who does not see where it lies. */
  receive(wish: Wish): string {
    const owner = this.#ledger.drive.people.other(this.#count);
    const file = this.#make(wish, undefined, owner);
    return this.#add({ ...file, sharedWithMeTime: this.#ledger.time, sharingUser: owner }, 0);
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

  #add(file: DriveFile, marks: number): string {
    const { corpus } = this.#ledger.drive;
    this.#ledger.record(corpus.slotCount, () => corpus.add(file, marks));
    return file.id;
  }
}
