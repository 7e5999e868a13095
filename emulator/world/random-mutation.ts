import { ROOT, TRASHED_ITSELF, UNLISTED } from '../corpus/marks';
import { FOLDER } from '../drive/drive-file';
import type { Membership } from '../drive/shared-drives';
import type { DriveState } from './drive-state';
import type { ReceivedTree } from './received-tree';
import { descendants, isWithin } from './subtree';

/** The kinds of random changes. */
export interface MutationOptions {
  /** Also gives the user access to files, folders and drives, and revokes it. */
  access?: boolean;
  /** Also adds and removes parents of files and folders. */
  severalParents?: boolean;
}

/** A random change. */
export interface Mutation {
  kind: string;
  /** The id of the file, folder or drive. */
  id: string;
}

/** The operations that random changes use. */
export interface DriveActs {
  readonly rootId: string;
  createFile(wish?: { parent?: string }): string;
  createFolder(wish?: { parent?: string }): string;
  edit(id: string): void;
  rename(id: string, name: string): void;
  describe(id: string, description: string): void;
  star(id: string, isOn: boolean): void;
  view(id: string): void;
  touch(id: string): void;
  move(id: string, newParentId: string): void;
  addParent(id: string, folderId: string): void;
  removeParent(id: string, folderId: string): void;
  trash(id: string): void;
  untrash(id: string): void;
  remove(id: string): void;
  share(id: string, isOn: boolean): void;
  receiveFile(): string;
  receiveFolder(tree: ReceivedTree): string;
  loseAccess(id: string): void;
  regainAccess(id: string): void;
  drives(): { id: string; membership: Membership }[];
  renameDrive(id: string, name: string): void;
  loseDrive(id: string): void;
  regainDrive(id: string): void;
}

/** Makes a change and returns the id; undefined if there is nothing to change. */
type Act = (random: () => number) => string | undefined;

interface Kind {
  kind: string;
  weight: number;
  act: Act;
}

const MOST_TRIES = 60;
/** Changes that affect a whole tree are limited to small trees, so that a random change is cheap. */
const SMALL_TREE = 200;

/** Random changes of a Drive, of the kinds that happen in real Drives. */
export class RandomMutations {
  readonly #world: DriveActs;
  readonly #drive: DriveState;
  readonly #folders: number[] = [];
  readonly #lost: string[] = [];
  /** Files that got an additional parent. */
  readonly #several: string[] = [];
  #scanned = 0;
  readonly #usual: readonly Kind[];
  readonly #access: readonly Kind[];
  readonly #parents: readonly Kind[];

  constructor(world: DriveActs, drive: DriveState) {
    this.#world = world;
    this.#drive = drive;
    this.#usual = this.#usualKinds();
    this.#access = this.#accessKinds();
    this.#parents = [
      { kind: 'addParent', weight: 8, act: (random) => this.#addParent(random) },
      { kind: 'removeParent', weight: 3, act: (random) => this.#removeParent(random) },
    ];
  }

  next(random: () => number, { access = false, severalParents = false }: MutationOptions): Mutation {
    this.#scanFolders();
    const kinds = [...this.#usual, ...(access ? this.#access : []), ...(severalParents ? this.#parents : [])];
    let rest = random() * kinds.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = kinds.find(({ weight }) => (rest -= weight) < 0);
    const id = chosen?.act(random);
    if (chosen !== undefined && id !== undefined) return { kind: chosen.kind, id };
    return { kind: 'create', id: this.#world.createFile() };
  }

  #usualKinds(): Kind[] {
    const world = this.#world;
    const change =
      (
        pick: (random: () => number) => number | undefined,
        act: (id: string, random: () => number) => void,
      ): Act =>
      (random) => {
        const id = this.#idOf(pick(random));
        if (id !== undefined) act(id, random);
        return id;
      };
    const file = (random: () => number): number | undefined => this.#pickFile(random);
    const folder = (random: () => number): number | undefined => this.#pickFolder(random);
    const small = (random: () => number): number | undefined => this.#pickSmall(random);
    const own = (random: () => number): number | undefined =>
      this.#pickFile(random, (slot) => this.#isOwn(slot));
    const thrown = (random: () => number): number | undefined =>
      this.#pickFile(random, (slot) => (this.#drive.corpus.marks(slot) & TRASHED_ITSELF) !== 0);
    return [
      { kind: 'create', weight: 20, act: (random) => world.createFile(this.#parentWish(random)) },
      { kind: 'edit', weight: 24, act: change(file, (id) => world.edit(id)) },
      { kind: 'rename', weight: 12, act: change(file, (id, r) => world.rename(id, newName(r))) },
      { kind: 'describe', weight: 6, act: change(file, (id, r) => world.describe(id, newName(r))) },
      { kind: 'star', weight: 6, act: change(file, (id, r) => world.star(id, r() < 0.5)) },
      { kind: 'move', weight: 10, act: (random) => this.#move(random, this.#pickFile(random)) },
      { kind: 'trash', weight: 4, act: change(file, (id) => world.trash(id)) },
      { kind: 'untrash', weight: 3, act: change(thrown, (id) => world.untrash(id)) },
      { kind: 'remove', weight: 2, act: change(file, (id) => world.remove(id)) },
      { kind: 'share', weight: 2, act: change(own, (id, r) => world.share(id, r() < 0.6)) },
      { kind: 'view', weight: 3, act: change(file, (id) => world.view(id)) },
      { kind: 'touch', weight: 1, act: change(file, (id) => world.touch(id)) },
      { kind: 'createFolder', weight: 3, act: (random) => world.createFolder(this.#parentWish(random)) },
      { kind: 'renameFolder', weight: 2, act: change(folder, (id, r) => world.rename(id, newName(r))) },
      { kind: 'moveFolder', weight: 2, act: (random) => this.#move(random, this.#pickFolder(random)) },
      { kind: 'trashFolder', weight: 1, act: change(small, (id) => world.trash(id)) },
      { kind: 'removeFolder', weight: 0.3, act: change(small, (id) => world.remove(id)) },
      { kind: 'shareFolder', weight: 0.5, act: (random) => this.#shareFolder(random) },
      { kind: 'moveAcross', weight: 1, act: (random) => this.#moveAcross(random) },
    ];
  }

  #accessKinds(): Kind[] {
    const world = this.#world;
    return [
      { kind: 'loseAccess', weight: 1, act: (random) => this.#loseAccess(random) },
      { kind: 'regainAccess', weight: 1, act: () => this.#regainAccess() },
      { kind: 'receiveFile', weight: 1, act: () => world.receiveFile() },
      { kind: 'receiveFolder', weight: 0.5, act: (random) => this.#receiveFolder(random) },
      { kind: 'renameDrive', weight: 0.3, act: (random) => this.#changeDrive(random, 'rename') },
      { kind: 'loseDrive', weight: 0.2, act: (random) => this.#changeDrive(random, 'lose') },
      { kind: 'regainDrive', weight: 0.4, act: (random) => this.#changeDrive(random, 'regain') },
    ];
  }

  #move(random: () => number, slot: number | undefined): string | undefined {
    const { corpus } = this.#drive;
    if (slot === undefined) return undefined;
    const driveId = corpus.driveId(slot);
    const fits = (folder: number): boolean =>
      corpus.driveId(folder) === driveId && !isWithin(corpus, folder, slot);
    const target = this.#idOf(this.#pickFolder(random, fits)) ?? driveId ?? this.#world.rootId;
    return this.#moveTo(slot, target);
  }

  #moveAcross(random: () => number): string | undefined {
    const { corpus } = this.#drive;
    const isMovable = (slot: number): boolean => this.#isOwn(slot) || corpus.driveId(slot) !== undefined;
    const slot =
      random() < 0.8 ? this.#pickFile(random, isMovable) : this.#pickSmall(random, (it) => isMovable(it));
    if (slot === undefined) return undefined;
    const driveId = corpus.driveId(slot);
    const target = this.#idOf(this.#pickFolder(random, (folder) => corpus.driveId(folder) !== driveId));
    return target === undefined ? undefined : this.#moveTo(slot, target);
  }

  #moveTo(slot: number, target: string): string | undefined {
    const id = this.#idOf(slot);
    if (id !== undefined) this.#world.move(id, target);
    return id;
  }

  #addParent(random: () => number): string | undefined {
    const { corpus, closedFolders } = this.#drive;
    const slot =
      random() < 0.6
        ? this.#pickFile(random, (each) => this.#isOwn(each))
        : this.#pickSmall(random, (each) => this.#isOwn(each));
    if (slot === undefined) return undefined;
    const fits = (folder: number): boolean =>
      corpus.driveId(folder) === undefined &&
      !closedFolders.has(folder) &&
      !isWithin(corpus, folder, slot) &&
      !corpus.parentSlots(slot).includes(folder);
    const target = this.#idOf(this.#pickFolder(random, fits));
    const id = this.#idOf(slot);
    if (target === undefined || id === undefined) return undefined;
    this.#world.addParent(id, target);
    this.#several.push(id);
    return id;
  }

  #removeParent(random: () => number): string | undefined {
    const { corpus } = this.#drive;
    const id = this.#several[Math.floor(random() * this.#several.length)];
    const slot = id === undefined ? undefined : corpus.slotOf(id);
    if (id === undefined || slot === undefined || !this.#isKnown(slot)) return undefined;
    const parents = corpus.fields(slot).parents ?? [];
    const parent = parents[Math.floor(random() * parents.length)];
    if (parent === undefined || parents.length < 2) return undefined;
    this.#world.removeParent(id, parent);
    return id;
  }

  #shareFolder(random: () => number): string | undefined {
    const id = this.#idOf(this.#pickSmall(random, (slot) => this.#isOwn(slot)));
    if (id !== undefined) this.#world.share(id, random() < 0.6);
    return id;
  }

  #loseAccess(random: () => number): string | undefined {
    const { readers } = this.#drive.corpus;
    const isReceived = (slot: number): boolean => readers.sharedWithMeTime(slot) !== undefined;
    const id = this.#idOf(this.#pickFile(random, isReceived));
    if (id === undefined) return undefined;
    this.#world.loseAccess(id);
    this.#lost.push(id);
    return id;
  }

  #regainAccess(): string | undefined {
    const id = this.#lost.shift();
    if (id !== undefined) this.#world.regainAccess(id);
    return id;
  }

  #receiveFolder(random: () => number): string {
    const count = Math.floor(random() * 20);
    return this.#world.receiveFolder({
      folders: Math.floor(count / 4),
      files: count,
      listed: random() < 0.5,
    });
  }

  #changeDrive(random: () => number, change: 'rename' | 'lose' | 'regain'): string | undefined {
    const drives = this.#world
      .drives()
      .filter(({ membership }) => (membership === 'member') !== (change === 'regain'));
    const id = drives[Math.floor(random() * drives.length)]?.id;
    if (id === undefined) return undefined;
    if (change === 'rename') this.#world.renameDrive(id, newName(random));
    else if (change === 'lose') this.#world.loseDrive(id);
    else this.#world.regainDrive(id);
    return id;
  }

  #parentWish(random: () => number): { parent?: string } {
    // No listing and no change log would show a file in a folder with hidden contents.
    const isOpen = (folder: number): boolean => !this.#drive.closedFolders.has(folder);
    const parent = this.#idOf(this.#pickFolder(random, isOpen));
    return parent === undefined ? {} : { parent };
  }

  #pickFile(random: () => number, fits: (slot: number) => boolean = () => true): number | undefined {
    const { corpus } = this.#drive;
    for (let i = 0; i < MOST_TRIES; i++) {
      const slot = Math.floor(random() * corpus.slotCount);
      if (this.#isKnown(slot) && corpus.readers.mimeType(slot) !== FOLDER && fits(slot)) return slot;
    }
    return undefined;
  }

  #pickFolder(random: () => number, fits: (slot: number) => boolean = () => true): number | undefined {
    for (let i = 0; i < MOST_TRIES; i++) {
      const slot = this.#folders[Math.floor(random() * this.#folders.length)];
      if (slot !== undefined && this.#isKnown(slot) && fits(slot)) return slot;
    }
    return undefined;
  }

  #pickSmall(random: () => number, fits: (slot: number) => boolean = () => true): number | undefined {
    return this.#pickFolder(random, (slot) => fits(slot) && this.#isSmall(slot));
  }

  #isSmall(folder: number): boolean {
    let size = 0;
    for (const _ of descendants(this.#drive.corpus, folder)) if (++size > SMALL_TREE) return false;
    return true;
  }

  /** Only files that a listing or a change log shows: a client is not expected to know others. */
  #isKnown(slot: number): boolean {
    const { corpus, visibility } = this.#drive;
    return (corpus.marks(slot) & (ROOT | UNLISTED)) === 0 && visibility.isReachable(slot);
  }

  #isOwn(slot: number): boolean {
    const { readers } = this.#drive.corpus;
    return readers.ownedByMe(slot) === true && readers.driveId(slot) === undefined;
  }

  #idOf(slot: number | undefined): string | undefined {
    return slot === undefined ? undefined : this.#drive.corpus.readers.id(slot);
  }

  #scanFolders(): void {
    const { corpus } = this.#drive;
    for (; this.#scanned < corpus.slotCount; this.#scanned++)
      if (corpus.readers.mimeType(this.#scanned) === FOLDER) this.#folders.push(this.#scanned);
  }
}

function newName(random: () => number): string {
  return `Name ${String(Math.floor(random() * 1_000_000))}`;
}
