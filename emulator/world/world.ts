import type { EditorDocument } from '../contents/document';
import { LOST, PARENT_HIDDEN, REMOVED, ROOT, TRASHED_ITSELF, UNLISTED } from '../corpus/marks';
import { grant } from '../corpus/seed/sharing';
import { FOLDER, type DriveFile } from '../drive/drive-file';
import { ContentKeeper, type UploadOptions } from './content-keeper';
import { DriveKeeper, type NewDrive } from './drive-keeper';
import type { DriveState } from './drive-state';
import { FileMaker } from './file-maker';
import { Ledger } from './ledger';
import { ofDrive, ofOwner, without } from './new-file';
import { RandomMutations, type DriveActs, type Mutation, type MutationOptions } from './random-mutation';
import { receiveCycle, receiveTree, type ReceivedTree } from './received-tree';
import { descendants, isWithin, markTree, settleTrash } from './subtree';
import { releaseFiles, withholdOwnFiles } from './withheld';

/** The properties of a new file; the others are generated. */
export interface FileWish {
  /** The id of the parent; default: the root of My Drive, or of the shared drive. */
  parent?: string;
  name?: string;
  mimeType?: string;
  /** RFC 3339. */
  modifiedTime?: string;
  driveId?: string;
}

/** A filter of files. */
export interface IdFilter {
  /** True: only folders; false: no folders. */
  folders?: boolean;
  /** Only files of a shared drive; default: all files. */
  driveId?: string;
}

/**
 * Changes an emulated Drive, as its user and other people would. A change of a file increments its version
 * and adds an entry to the change log of its corpus. As in Drive, inherited changes of the files below a
 * folder get no entries.
 */
export class World implements DriveActs {
  readonly #drive: DriveState;
  readonly #ledger: Ledger;
  readonly #maker: FileMaker;
  readonly #keeper: DriveKeeper;
  readonly #contents: ContentKeeper;
  readonly #mutations: RandomMutations;

  constructor(drive: DriveState) {
    this.#drive = drive;
    this.#ledger = new Ledger(drive);
    this.#maker = new FileMaker(this.#ledger);
    this.#keeper = new DriveKeeper(this.#ledger);
    this.#contents = new ContentKeeper(this.#ledger);
    this.#mutations = new RandomMutations(this, drive);
    for (const each of drive.seedDrives) this.#keeper.add(each);
  }

  /** The id of the root of My Drive. */
  get rootId(): string {
    return this.#drive.corpus.rootId;
  }

  createFile(wish: FileWish = {}): string {
    return this.#maker.create({ mimeType: 'text/plain', ...wish });
  }

  createFolder(wish: Omit<FileWish, 'mimeType'> = {}): string {
    return this.#maker.create({ ...wish, mimeType: FOLDER });
  }

  rename(id: string, name: string): void {
    this.#update(id, (file) => ({ ...file, name }));
  }

  /** Changes the content of a file. */
  edit(id: string): void {
    this.#contents.edit(id);
  }

  /** Uploads the content of a blob: a new revision with its checksums and its size. */
  setContent(id: string, bytes: Uint8Array, options: UploadOptions = {}): void {
    this.#contents.upload(id, bytes, options);
  }

  /** Replaces the document in a Docs editors file. */
  setDocument(id: string, document: EditorDocument): void {
    this.#contents.write(id, document);
  }

  /** The bytes of a blob; undefined if the emulator has none. */
  content(id: string): Uint8Array | undefined {
    return this.#contents.bytes(id);
  }

  /** The document in a Docs editors file; undefined if the emulator has none. */
  document(id: string): EditorDocument | undefined {
    return this.#contents.document(id);
  }

  describe(id: string, description: string): void {
    this.#update(id, (file) => ({ ...file, description }));
  }

  star(id: string, isOn: boolean): void {
    this.#update(id, (file) => ({ ...file, starred: isOn }));
  }

  /**
   * Opens a file, with a change log entry. Listings then show a hidden file, but not the contents of a hidden
   * folder.
   */
  view(id: string): void {
    const { time } = this.#ledger;
    const slot = this.#ledger.slotOf(id);
    if (this.#maker.isUnlistedBelow(slot)) this.#drive.closedFolders.add(slot);
    this.#ledger.record(slot, () => {
      this.#ledger.write(slot, (file) => ({ ...file, viewedByMe: true, viewedByMeTime: time }));
      this.#ledger.mark(slot, UNLISTED, false);
    });
  }

  /** Adds a change log entry for a file without changing it. */
  touch(id: string): void {
    this.#ledger.record(this.#ledger.slotOf(id), () => undefined);
  }

  /** Moves a file to another folder, even of another corpus. */
  move(id: string, newParentId: string): void {
    const { corpus } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    const parent = this.#ledger.slotOf(newParentId);
    if ((corpus.marks(slot) & ROOT) !== 0) throw new Error(`${id} is a root`);
    if (isWithin(corpus, parent, slot)) throw new Error(`${newParentId} is ${id} or is in it`);
    const isRehomed = corpus.driveId(parent) !== corpus.driveId(slot);
    // The new parent may be given as `root`.
    const parents = [corpus.readers.id(parent) ?? newParentId];
    this.#ledger.record(slot, () => {
      if (isRehomed) this.#rehomeTree(slot, corpus.driveId(parent));
      this.#uncover(slot, parent);
      this.#place(slot, parents);
    });
  }

  /** Adds a parent to a file, as Drive allowed until 2020. */
  addParent(id: string, folderId: string): void {
    const { corpus } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    const folder = this.#ledger.slotOf(folderId);
    const parents = corpus.fields(slot).parents ?? [];
    if ((corpus.marks(slot) & ROOT) !== 0) throw new Error(`${id} is a root`);
    if (isWithin(corpus, folder, slot)) throw new Error(`${folderId} is ${id} or is in it`);
    if (corpus.driveId(slot) !== undefined || corpus.driveId(folder) !== undefined)
      throw new Error('a file of a shared drive has one parent');
    const added = corpus.readers.id(folder) ?? folderId;
    if (parents.includes(added)) throw new Error(`${id} is already in ${folderId}`);
    this.#ledger.record(slot, () => {
      this.#uncover(slot, folder);
      this.#place(slot, [...parents, added]);
    });
  }

  /** Removes a parent of a file; it may be the last one. */
  removeParent(id: string, folderId: string): void {
    const { corpus } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    const removed = corpus.readers.id(this.#ledger.slotOf(folderId)) ?? folderId;
    const parents = corpus.fields(slot).parents ?? [];
    if (!parents.includes(removed)) throw new Error(`${id} is not in ${folderId}`);
    const left = parents.filter((each) => each !== removed);
    this.#ledger.record(slot, () => this.#place(slot, left));
  }

  trash(id: string): void {
    this.#setTrash(id, true);
  }

  untrash(id: string): void {
    this.#setTrash(id, false);
  }

  /** Permanently deletes a file and everything below it. */
  remove(id: string): void {
    this.#markTree(id, REMOVED, true);
  }

  /** Shares a file of the user with another person, or makes it private again. */
  share(id: string, isOn: boolean): void {
    const { corpus, user, people } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    if (corpus.driveId(slot) !== undefined || corpus.readers.ownedByMe(slot) !== true)
      throw new Error(`${id} is not the user's own`);
    const other = people.other(slot);
    this.#ledger.record(slot, () => {
      corpus.grant(slot, isOn ? grant(other, 'reader') : undefined);
      this.#ledger.write(slot, (file) => (isOn ? file : ofOwner(file, user, user)));
    });
  }

  /** Another person shares a new folder and its contents with the user. */
  receiveFolder(tree: ReceivedTree): string {
    return receiveTree(this.#ledger, this.#maker, tree);
  }

  /** Another person shares a new file with the user. */
  receiveFile({ name, mimeType = 'application/pdf' }: { name?: string; mimeType?: string } = {}): string {
    return this.#maker.receive({ mimeType, ...(name !== undefined && { name }) });
  }

  /** Another person shares two new folders that contain each other; returns their ids. */
  receiveCycle(): [string, string] {
    return receiveCycle(this.#ledger, this.#maker);
  }

  /** Hides later files in this folder of another user from flat listings and change logs. */
  hideNewFiles(folderId: string): void {
    this.#drive.closedFolders.add(this.#ledger.slotOf(folderId));
  }

  /** Revokes access to another person's file and to everything below it that was not shared separately. */
  loseAccess(id: string): void {
    this.#setAccess(id, false);
  }

  regainAccess(id: string): void {
    this.#setAccess(id, true);
  }

  /** Makes the user a member of a new shared drive. */
  addDrive(drive: NewDrive): string {
    const id = this.#keeper.add(drive);
    this.#ledger.recordDrive(id);
    return id;
  }

  renameDrive(id: string, name: string): void {
    this.#keeper.rename(id, name);
  }

  /** Ends the user's membership in a shared drive, or deletes the drive. */
  loseDrive(id: string): void {
    this.#keeper.setMembership(id, 'outside');
  }

  /** Ends the user's membership in a shared drive; some files, shared separately, stay accessible. */
  demoteDrive(id: string): void {
    this.#keeper.setMembership(id, 'demoted');
  }

  regainDrive(id: string): void {
    this.#keeper.setMembership(id, 'member');
  }

  /** Makes all files of the user unavailable, with change log entries or without. */
  loseEverything({ silent }: { silent: boolean }): void {
    withholdOwnFiles(this.#ledger, silent);
  }

  /** Reverses `loseEverything`, with change log entries or without. */
  regainEverything({ silent = false }: { silent?: boolean } = {}): void {
    releaseFiles(this.#ledger, silent);
  }

  /** Makes a random change. */
  mutate(random: () => number, options: MutationOptions = {}): Mutation {
    return this.#mutations.next(random, options);
  }

  /**
   * A file with all its fields, even if the user cannot access it; undefined for an unknown or deleted file.
   */
  file(id: string): DriveFile | undefined {
    const { corpus } = this.#drive;
    const slot = corpus.slotOf(id);
    return slot === undefined || (corpus.marks(slot) & REMOVED) !== 0 ? undefined : corpus.file(slot);
  }

  /** The ids of the files that the user can find. */
  ids({ folders, driveId }: IdFilter = {}): string[] {
    const { corpus, visibility } = this.#drive;
    const found: string[] = [];
    for (let slot = 0; slot < corpus.slotCount; slot++) {
      const isFolder = corpus.readers.mimeType(slot) === FOLDER;
      if (folders !== undefined && folders !== isFolder) continue;
      if (driveId !== undefined && corpus.driveId(slot) !== driveId) continue;
      if (visibility.isReachable(slot)) found.push(corpus.readers.id(slot) ?? '');
    }
    return found;
  }

  /** The ids of everything below a folder, nearest first. */
  descendants(id: string): string[] {
    const { corpus } = this.#drive;
    return Array.from(descendants(corpus, this.#ledger.slotOf(id)), (slot) => corpus.readers.id(slot) ?? '');
  }

  /** All shared drives of which the user was ever a member. */
  drives(): { id: string; name: string; membership: 'member' | 'demoted' | 'outside' }[] {
    return this.#drive.drives.list().map(({ id, name, membership }) => ({ id, name, membership }));
  }

  #update(id: string, change: (file: DriveFile) => DriveFile): void {
    this.#ledger.update(this.#ledger.slotOf(id), change);
  }

  #setAccess(id: string, isOn: boolean): void {
    const { corpus, sharedApart, habits } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    this.#ledger.record(slot, () => {
      const tree = { file: slot, rule: habits.severalParents, apart: sharedApart };
      const { set } = markTree(corpus, tree, { bit: LOST, isOn: !isOn });
      // The user keeps these files, but can no longer see their parents.
      for (const apart of sharedApart)
        if (corpus.parentSlots(apart).some((parent) => set.has(parent)))
          this.#ledger.mark(apart, PARENT_HIDDEN, !isOn);
    });
  }

  #setTrash(id: string, isTrashed: boolean): void {
    const { corpus } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    if ((corpus.marks(slot) & ROOT) !== 0) throw new Error(`${id} is a root`);
    const { time } = this.#ledger;
    // Only files of shared drives have `trashedTime`.
    const hasTime = isTrashed && corpus.driveId(slot) !== undefined;
    this.#ledger.record(slot, () => {
      this.#ledger.write(slot, (file) => ({
        ...without(file, 'trashedTime'),
        ...(hasTime && { trashedTime: time }),
      }));
      this.#ledger.mark(slot, TRASHED_ITSELF, isTrashed);
      this.#settleTrash(slot);
    });
  }

  /** Sets or clears a mark on a tree; only the top file gets a change log entry. */
  #markTree(id: string, bit: number, isOn: boolean): void {
    const { corpus } = this.#drive;
    const slot = this.#ledger.slotOf(id);
    if ((corpus.marks(slot) & ROOT) !== 0) throw new Error(`${id} is a root`);
    this.#ledger.record(slot, () => {
      const rule = this.#drive.habits.severalParents;
      const { spared } = markTree(corpus, { file: slot, rule }, { bit, isOn });
      if (bit === REMOVED) for (const each of spared) this.#forgetRemovedParents(each);
    });
  }

  /** A file with another parent survives the removal of this one, without a change log entry. */
  #forgetRemovedParents(slot: number): void {
    const { corpus } = this.#drive;
    const file = corpus.fields(slot);
    const isLeft = (id: string): boolean => {
      const folder = corpus.slotOf(id);
      return folder === undefined || (corpus.marks(folder) & REMOVED) === 0;
    };
    const parents = (file.parents ?? []).filter(isLeft);
    corpus.put(slot, { file: { ...file, parents }, marks: corpus.marks(slot) });
    this.#settleTrash(slot);
  }

  #settleTrash(slot: number): void {
    settleTrash(this.#drive.corpus, slot, this.#drive.habits.severalParents);
  }

  #place(slot: number, parents: string[]): void {
    this.#ledger.write(slot, (file) => ({
      ...without(file, 'parents'),
      ...(parents.length > 0 && { parents }),
    }));
    this.#settleTrash(slot);
  }

  /** Lists a hidden file and everything below it after a move to a folder with listed contents. */
  #uncover(slot: number, folder: number): void {
    const { corpus } = this.#drive;
    if ((corpus.marks(slot) & UNLISTED) === 0 || this.#maker.isUnlistedBelow(folder)) return;
    for (const each of [slot, ...descendants(corpus, slot)]) this.#ledger.mark(each, UNLISTED, false);
  }

  /** Moves a tree to another corpus. Files below its top lose parents that are not in the tree. */
  #rehomeTree(top: number, driveId: string | undefined): void {
    const { corpus } = this.#drive;
    const tree = new Set([top, ...descendants(corpus, top)]);
    const isInTree = (id: string): boolean => tree.has(corpus.slotOf(id) ?? -1);
    for (const slot of tree) {
      this.#rehome(slot, driveId);
      const file = corpus.fields(slot);
      const { parents = [] } = file;
      if (slot === top || parents.length < 2) continue;
      corpus.put(slot, { file: { ...file, parents: parents.filter(isInTree) }, marks: corpus.marks(slot) });
    }
  }

  #rehome(slot: number, driveId: string | undefined): void {
    const { corpus, user } = this.#drive;
    const file = corpus.fields(slot);
    corpus.grant(slot, undefined);
    const moved = driveId === undefined ? ofOwner(file, user, user) : ofDrive(file, driveId);
    corpus.put(slot, { file: moved, marks: corpus.marks(slot) & ~PARENT_HIDDEN });
  }
}
