import { FIELD_NAMES, type DriveFile, type FieldName, type FieldReaders } from '../drive-file';
import { OrderIndex } from './order-index';

/** Where the files of a corpus come from; a file is known by its slot, a small integer that never changes. */
export interface FileSource {
  /** Slots 0 .. count-1 are files that listings show. */
  readonly count: number;
  /** The slot of "My Drive", which no listing shows. */
  readonly rootSlot: number;
  /** Modification time in ms by slot; NaN where the file has none. */
  readonly modifiedTimes: Float64Array;
  /** 1 by slot where the file is trashed, itself or through a folder. */
  readonly trashed: Uint8Array;
  readonly readers: FieldReaders;
  /** A unique non-negative integer below 2^53 that looks random; it orders files that have nothing else to order them. */
  key(slot: number): number;
  slotOf(id: string): number | undefined;
}

/** The files of an emulated Drive, with the orders in which a listing walks through them. */
export class Corpus {
  readonly #source: FileSource;
  /** The files by modification time, oldest first; those without one come before all others. */
  readonly byTime: OrderIndex;
  #byKey: OrderIndex | undefined;

  constructor(source: FileSource) {
    this.#source = source;
    const { count, modifiedTimes } = source;
    this.byTime = new OrderIndex(count, {
      primary: (slot) => timeRank(modifiedTimes[slot] ?? NaN),
      key: (slot) => source.key(slot),
    });
  }

  get fileCount(): number {
    return this.#source.count;
  }

  get rootSlot(): number {
    return this.#source.rootSlot;
  }

  get readers(): FieldReaders {
    return this.#source.readers;
  }

  get rootId(): string {
    return this.readers.id(this.rootSlot) ?? '';
  }

  /** The files in an arbitrary order that does not change: what a listing without `orderBy` shows. */
  get byKey(): OrderIndex {
    this.#byKey ??= new OrderIndex(this.#source.count, { primary: () => 0, key: (slot) => this.key(slot) });
    return this.#byKey;
  }

  key(slot: number): number {
    return this.#source.key(slot);
  }

  /** Modification time in ms; NaN if the file has none. */
  modifiedTime(slot: number): number {
    return this.#source.modifiedTimes[slot] ?? NaN;
  }

  trashed(slot: number): boolean {
    return this.#source.trashed[slot] === 1;
  }

  slotOf(id: string): number | undefined {
    return id === 'root' ? this.rootSlot : this.#source.slotOf(id);
  }

  /** The file with all its fields. */
  file(slot: number): DriveFile {
    const { readers } = this;
    const file: Partial<DriveFile> = {};
    for (const field of FIELD_NAMES) setField(file, field, readers[field](slot));
    const { kind = 'drive#file', id = '', name = '', mimeType = '', spaces = [], version = '1' } = file;
    const { starred = false, trashed = false, explicitlyTrashed = false } = file;
    return { ...file, kind, id, name, mimeType, spaces, version, starred, trashed, explicitlyTrashed };
  }
}

function setField<K extends FieldName>(
  file: Partial<DriveFile>,
  field: K,
  value: DriveFile[K] | undefined,
): void {
  if (value !== undefined) file[field] = value;
}

/** Looked up once, as in `hash.ts`. */
const { isNaN } = Number;

/** The year 1, the earliest that RFC 3339 and Drive know, in ms. */
const YEAR_ONE_MS = Date.parse('0001-01-01T00:00:00.000Z');

/** A modification time as a non-negative integer that sorts in the same way; 0 stands for a missing one. */
export function timeRank(time: number): number {
  return isNaN(time) ? 0 : time - YEAR_ONE_MS + 1;
}
