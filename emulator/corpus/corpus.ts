import {
  createReaders,
  FIELD_NAMES,
  type DriveFile,
  type DrivePermission,
  type FieldName,
  type FieldReaders,
} from '../drive/drive-file';
import { ChildIndex } from './child-index';
import { scramble } from './hash';
import { LivingOrder } from './living-order';
import { PARENT_HIDDEN, ROOT, TRASHED, TRASHED_ITSELF } from './marks';
import { OrderIndex } from './order-index';

/** A local file with the content of a file. */
export interface LocalFile {
  path: string;
  /** The size and the modification time when the corpus was loaded. */
  size: number;
  modifiedMs: number;
  /** The revision that has this content. */
  revisionId: string;
}

/** The source of a corpus. A slot identifies a file: a small integer that never changes. */
export interface FileSource {
  /** Slots 0 .. count-1 are the files that listings show. */
  readonly count: number;
  /** The slot of "My Drive", which no listing shows. */
  readonly rootSlot: number;
  /** Modification time in ms by slot; NaN where the file has none. */
  readonly modifiedTimes: Float64Array;
  /** The trash marks by slot. */
  readonly trash: Uint8Array;
  readonly readers: FieldReaders;
  /**
   * A unique non-negative integer below 2^53 that looks random. It breaks ties between files in every order.
   */
  key(slot: number): number;
  slotOf(id: string): number | undefined;
  /** The parents of a file. Parents that do not exist are left out. */
  parentSlots(slot: number): readonly number[];
  /** The local file that the source presents; absent if it presents none. */
  localFile?(slot: number): LocalFile | undefined;
}

/** The state of a file after a change. A file that is undefined still has the fields of its source. */
export interface FileState {
  file: DriveFile | undefined;
  marks: number;
}

interface Changed {
  file: DriveFile;
  /** In ms; NaN if it has none. */
  modifiedTime: number;
}

/**
 * The files of an emulated Drive, and the orders in which listings walk through them. The corpus does not
 * copy its source: it keeps only files that changed or were added.
 */
export class Corpus {
  readonly #source: FileSource;
  readonly #indexes: SourceIndexes;
  readonly #changed = new Map<number, Changed>();
  readonly #inDrives = new Map<string, Set<number>>();
  /** Slots of the source whose places in its indexes are out of date. */
  readonly #moved = new Set<number>();
  readonly #later = new Map<string, number>();
  readonly #grants: Map<number, DrivePermission>;
  #marks: Uint8Array;
  #slotCount: number;
  #revision = 0;
  /** The files by modification time, oldest first. Files without a modification time come first. */
  readonly byTime: LivingOrder;
  /** The files in an arbitrary, stable order: the order of a listing without `orderBy`. */
  readonly byKey: LivingOrder;
  readonly children: ChildIndex;
  readonly readers: FieldReaders;
  /** Is called with every change of a file. */
  onChange: ((slot: number, state: FileState) => void) | undefined;

  constructor(source: FileSource, original?: Corpus) {
    this.#source = source;
    this.#indexes = original === undefined ? new SourceIndexes(source) : original.#indexes;
    this.#grants = original === undefined ? new Map<number, DrivePermission>() : original.#grants;
    this.#slotCount = source.rootSlot + 1;
    this.#marks = new Uint8Array(this.#slotCount);
    this.#marks.set(source.trash.subarray(0, source.count));
    this.#marks[source.rootSlot] = ROOT;
    const key = (slot: number): number => this.key(slot);
    this.byTime = new LivingOrder(
      () => this.#indexes.byTime,
      { primary: (slot) => timeRank(this.modifiedTime(slot)), key },
      this.#moved,
    );
    this.byKey = new LivingOrder(() => this.#indexes.byKey, { primary: () => 0, key }, this.#moved);
    this.children = new ChildIndex(source);
    this.readers = this.#createReaders();
  }

  /**
   * A new corpus with the same source, which changes independently. Both share the permissions that folders
   * grant.
   */
  replica(): Corpus {
    return new Corpus(this.#source, this);
  }

  /** The number of files of the source. They have the lowest slots. */
  get fileCount(): number {
    return this.#source.count;
  }

  /** Every slot is lower than this, including the root's. */
  get slotCount(): number {
    return this.#slotCount;
  }

  /** Grows with every change. */
  get revision(): number {
    return this.#revision;
  }

  get rootSlot(): number {
    return this.#source.rootSlot;
  }

  get rootId(): string {
    return this.readers.id(this.rootSlot) ?? '';
  }

  key(slot: number): number {
    // Keys of the source are integers, so this is none of them.
    return slot <= this.#source.rootSlot ? this.#source.key(slot) : scramble(slot) + 0.5;
  }

  /** Modification time in ms; NaN if the file has none. */
  modifiedTime(slot: number): number {
    return this.#changed.get(slot)?.modifiedTime ?? this.#source.modifiedTimes[slot] ?? NaN;
  }

  marks(slot: number): number {
    return this.#marks[slot] ?? 0;
  }

  trashed(slot: number): boolean {
    return (this.marks(slot) & TRASHED) !== 0;
  }

  driveId(slot: number): string | undefined {
    return this.#changed.get(slot)?.file.driveId;
  }

  /** The slots in a shared drive, in no particular order. */
  ofDrive(id: string): Iterable<number> {
    return this.#inDrives.get(id) ?? [];
  }

  slotOf(id: string): number | undefined {
    return id === 'root' ? this.rootSlot : (this.#later.get(id) ?? this.#source.slotOf(id));
  }

  parentSlots(slot: number): readonly number[] {
    const changed = this.#changed.get(slot);
    if (changed === undefined) return slot < this.fileCount ? this.#source.parentSlots(slot) : [];
    return (changed.file.parents ?? []).flatMap((id) => this.slotOf(id) ?? []);
  }

  /** The local file that a file of the source presents. */
  localFile(slot: number): LocalFile | undefined {
    return this.#source.localFile?.(slot);
  }

  /** The file with all its fields. */
  file(slot: number): DriveFile {
    return this.#assemble(slot, this.readers);
  }

  /** The fields of a file without its marks and its inherited permissions. A change starts from these. */
  fields(slot: number): DriveFile {
    return this.#changed.get(slot)?.file ?? this.#assemble(slot, this.#source.readers);
  }

  /** Adds a new file and returns its slot. */
  add(file: DriveFile, marks: number): number {
    const slot = this.#slotCount;
    this.put(slot, { file, marks });
    return slot;
  }

  /** Puts a file into a new state. */
  put(slot: number, { file, marks }: FileState): void {
    this.#revision++;
    if (slot >= this.#slotCount) this.#grow(slot + 1);
    if (file !== undefined && file !== this.#changed.get(slot)?.file) this.#replace(slot, file);
    this.#marks[slot] = marks;
    this.onChange?.(slot, { file, marks });
  }

  mark(slot: number, marks: number): void {
    this.put(slot, { file: this.#changed.get(slot)?.file, marks });
  }

  /** Grants a permission to a file and everything below it; undefined revokes it. */
  grant(slot: number, permission: DrivePermission | undefined): void {
    this.#revision++;
    if (permission === undefined) this.#grants.delete(slot);
    else this.#grants.set(slot, permission);
  }

  #grow(slotCount: number): void {
    this.#slotCount = slotCount;
    if (slotCount <= this.#marks.length) return;
    const marks = new Uint8Array(slotCount * 2);
    marks.set(this.#marks);
    this.#marks = marks;
  }

  #replace(slot: number, file: DriveFile): void {
    const isLater = slot > this.rootSlot;
    const isNew = isLater && !this.#changed.has(slot);
    const parents = isNew ? [] : this.parentSlots(slot);
    const wasMoved = this.#moved.has(slot) || (isLater && !isNew);
    const isMoved = isLater || wasMoved || this.#leavesIndexes(slot, file);
    if (wasMoved) this.#forOrders(slot, (order) => order.remove(slot));
    this.#rehome(slot, file.driveId);
    this.#changed.set(slot, { file, modifiedTime: timeOf(file) });
    if (isLater) this.#later.set(file.id, slot);
    else if (isMoved) this.#moved.add(slot);
    if (isMoved) this.#forOrders(slot, (order) => order.add(slot));
    this.#follow(slot, isNew, parents);
  }

  #rehome(slot: number, driveId: string | undefined): void {
    const before = this.driveId(slot);
    if (driveId === before) return;
    if (before !== undefined) this.#inDrives.get(before)?.delete(slot);
    if (driveId === undefined) return;
    const slots = this.#inDrives.get(driveId) ?? new Set();
    this.#inDrives.set(driveId, slots.add(slot));
  }

  #follow(slot: number, isNew: boolean, before: readonly number[]): void {
    const now = this.parentSlots(slot);
    if (isNew || before.join() !== now.join()) this.children.move(slot, before, now);
  }

  #forOrders(slot: number, act: (order: LivingOrder) => void): void {
    if (slot === this.rootSlot) return;
    act(this.byTime);
    act(this.byKey);
  }

  /**
   * The index of times stays correct while the time does. No listing looks up files of shared drives in it.
   */
  #leavesIndexes(slot: number, file: DriveFile): boolean {
    return file.driveId !== undefined || timeRank(timeOf(file)) !== timeRank(this.modifiedTime(slot));
  }

  #assemble(slot: number, readers: FieldReaders): DriveFile {
    const file: Partial<DriveFile> = {};
    for (const field of FIELD_NAMES) setField(file, field, readers[field](slot));
    const { kind = 'drive#file', id = '', name = '', mimeType = '', spaces = [], version = '1' } = file;
    const { starred = false, trashed = false, explicitlyTrashed = false } = file;
    return { ...file, kind, id, name, mimeType, spaces, version, starred, trashed, explicitlyTrashed };
  }

  #createReaders(): FieldReaders {
    const changed = this.#changed;
    const readers = createReaders((field) => {
      const read = this.#source.readers[field];
      return (slot) => {
        const own = changed.get(slot);
        return own === undefined ? read(slot) : own.file[field];
      };
    });
    return {
      ...readers,
      trashed: (slot) => this.trashed(slot),
      explicitlyTrashed: (slot) => (this.marks(slot) & TRASHED_ITSELF) !== 0,
      parents: (slot) => ((this.marks(slot) & PARENT_HIDDEN) === 0 ? readers.parents(slot) : undefined),
      shared: (slot) => {
        const shared = readers.shared(slot);
        return shared === false ? this.#granted(slot).length > 0 : shared;
      },
      permissionIds: (slot) => {
        const ids = readers.permissionIds(slot);
        const granted = this.#granted(slot);
        return granted.length === 0 ? ids : [...new Set([...(ids ?? []), ...granted.map(({ id }) => id)])];
      },
      permissions: (slot) => {
        const own = readers.permissions(slot);
        const granted = own === undefined ? [] : this.#granted(slot);
        if (own === undefined || granted.length === 0) return own;
        const ids = new Set(own.map(({ id }) => id));
        return [...own, ...granted.filter(({ id }) => !ids.has(id))];
      },
    };
  }

  /** The permissions that were granted to a file itself or to a folder above it. */
  #granted(slot: number): DrivePermission[] {
    if (this.#grants.size === 0 || this.driveId(slot) !== undefined) return [];
    const found = new Map<string, DrivePermission>();
    const above = new Set([slot]);
    for (const at of above) {
      const permission = this.#grants.get(at);
      if (permission !== undefined) found.set(permission.id, permission);
      for (const folder of this.parentSlots(at)) above.add(folder);
    }
    return [...found.values()];
  }
}

/**
 * The sorted orders of a source's files. Each is built on first use, and all replicas of a corpus share it.
 */
class SourceIndexes {
  readonly #source: FileSource;
  #byTime: OrderIndex | undefined;
  #byKey: OrderIndex | undefined;

  constructor(source: FileSource) {
    this.#source = source;
  }

  get byTime(): OrderIndex {
    const { count, modifiedTimes } = this.#source;
    this.#byTime ??= new OrderIndex(count, {
      primary: (slot) => timeRank(modifiedTimes[slot] ?? NaN),
      key: (slot) => this.#source.key(slot),
    });
    return this.#byTime;
  }

  get byKey(): OrderIndex {
    const { count } = this.#source;
    this.#byKey ??= new OrderIndex(count, { primary: () => 0, key: (slot) => this.#source.key(slot) });
    return this.#byKey;
  }
}

function timeOf({ modifiedTime = '' }: DriveFile): number {
  return Date.parse(modifiedTime);
}

function setField<K extends FieldName>(
  file: Partial<DriveFile>,
  field: K,
  value: DriveFile[K] | undefined,
): void {
  if (value !== undefined) file[field] = value;
}

/** A local binding, for the reason in `hash.ts`. */
const { isNaN } = Number;

/** The year 1, the earliest year of RFC 3339 and of Drive, in ms. */
const YEAR_ONE_MS = Date.parse('0001-01-01T00:00:00.000Z');

/** Maps a modification time to a non-negative integer in the same order; 0 stands for a missing time. */
export function timeRank(time: number): number {
  return isNaN(time) ? 0 : time - YEAR_ONE_MS + 1;
}
