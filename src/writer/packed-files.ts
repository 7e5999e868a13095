import { FILE_COLUMNS, RECORD_COLUMNS, type FileRecord } from '../model/file';
import type { SqlValue } from '../model/values';

/**
 * The records of a page in buffers that can move to another thread and back. Copying value by value would
 * take several times as long and leave garbage on both sides, and buffers left to the garbage collector are
 * freed late.
 */
export interface PackedFiles extends PackingMemory {
  count: number;
  /** Integers that a cell would round, by their index in `cells`. */
  big: Map<number, bigint>;
}

/** The buffers for the records of a page. */
export interface PackingMemory {
  /** For each file all of its texts, concatenated, as UTF-8. */
  bytes: Uint8Array<ArrayBuffer>;
  /**
   * For each file one cell per column, then its `modifiedMs` and its number of bytes in `bytes`. A column's
   * cell holds the length of its text, or its number, or NaN for NULL and for values in `big`.
   */
  cells: Float64Array<ArrayBuffer>;
}

const IS_TEXT = RECORD_COLUMNS.map((_, at) => (FILE_COLUMNS[at]?.type ?? 'text') === 'text');
const [TIME_AT, BYTES_AT] = [RECORD_COLUMNS.length, RECORD_COLUMNS.length + 1];
const CELLS_A_FILE = RECORD_COLUMNS.length + 2;
/** Enough for a page of a thousand files, so that most pages need no more. */
const [USUAL_FILES, USUAL_BYTES] = [1_000, 1024 * 1024];
/** The most bytes of a UTF-16 code unit in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** False for buffers that grew for an unusually large page: the next pages do not need them. */
export function isKept({ bytes }: PackingMemory): boolean {
  return bytes.length <= 4 * USUAL_BYTES;
}

/** Packs the records of a page one by one, for `unpackFiles`, and keeps no reference to them. */
export class FilePacker {
  #bytes: Buffer<ArrayBuffer>;
  #cells: Float64Array<ArrayBuffer>;
  readonly #big = new Map<number, bigint>();
  #count = 0;
  #end = 0;
  #at = 0;

  /** `memory`: the buffers of an unpacked page. */
  constructor(memory?: PackingMemory) {
    this.#bytes =
      memory === undefined ? Buffer.allocUnsafeSlow(USUAL_BYTES) : Buffer.from(memory.bytes.buffer);
    this.#cells = memory?.cells ?? new Float64Array(USUAL_FILES * CELLS_A_FILE);
  }

  /** Adds a record. Its texts must not contain lone surrogates. */
  add({ values, modifiedMs }: FileRecord): void {
    const texts: string[] = [];
    if (this.#at + CELLS_A_FILE > this.#cells.length) this.#cells = doubled(this.#cells);
    for (const value of values) {
      if (typeof value === 'bigint') this.#big.set(this.#at, value);
      if (typeof value === 'string') texts.push(value);
      this.#cells[this.#at++] = toCell(value);
    }
    this.#cells[this.#at++] = modifiedMs ?? Number.NaN;
    this.#cells[this.#at++] = this.#write(texts.join(''));
    this.#count += 1;
  }

  /** Returns the packed records together with their buffers. */
  packed(): PackedFiles {
    return { bytes: this.#bytes, cells: this.#cells, count: this.#count, big: this.#big };
  }

  #write(text: string): number {
    while (this.#end + text.length * MOST_BYTES_A_UNIT > this.#bytes.length) {
      const more = Buffer.allocUnsafeSlow(this.#bytes.length * 2);
      this.#bytes.copy(more);
      this.#bytes = more;
    }
    const length = this.#bytes.write(text, this.#end);
    this.#end += length;
    return length;
  }
}

function doubled(cells: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(cells.length * 2);
  more.set(cells);
  return more;
}

function toCell(value: SqlValue): number {
  if (typeof value === 'string') return value.length;
  return typeof value === 'number' ? value : Number.NaN;
}

/** When each file was modified, in ms; undefined if Drive sent no usable time. */
export function unpackTimes({ cells, count }: PackedFiles): (number | undefined)[] {
  return Array.from({ length: count }, (_, file) => defined(cells[file * CELLS_A_FILE + TIME_AT]));
}

/** Unpacks the records one by one. A whole page of them would be copied whenever garbage is collected. */
export function* unpackFiles(packed: PackedFiles): Generator<FileRecord> {
  const { cells, count } = packed;
  const bytes = Buffer.from(packed.bytes.buffer);
  let from = 0;
  for (let at = 0; at < count * CELLS_A_FILE; at += CELLS_A_FILE) {
    const to = from + (cells[at + BYTES_AT] ?? 0);
    const values = unpackValues(packed, at, bytes.toString('utf8', from, to));
    yield { id: String(values[0]), values, modifiedMs: defined(cells[at + TIME_AT]) };
    from = to;
  }
}

function defined(cell = Number.NaN): number | undefined {
  return Number.isNaN(cell) ? undefined : cell;
}

function unpackValues({ cells, big }: PackedFiles, first: number, text: string): SqlValue[] {
  const values: SqlValue[] = [];
  let at = first;
  let end = 0;
  for (const isText of IS_TEXT) {
    const cell = defined(cells[at]);
    if (cell === undefined) values.push(big.get(at) ?? null);
    else values.push(isText ? text.slice(end, (end += cell)) : cell);
    at += 1;
  }
  return values;
}
