import { FILE_COLUMNS, RECORD_COLUMNS, type FileRecord } from '../model/file';
import type { SqlValue } from '../model/values';

/**
 * The records of a page on their way to another thread, as memory that can be moved there and back again. Copied value by value they would take several
 * times as long and leave garbage on both sides; memory that is left to be collected is collected late.
 */
export interface PackedFiles extends PackingMemory {
  count: number;
  /** By their place in `cells`: integers that a cell would round. */
  big: Map<number, bigint>;
}

/** Room for the records of a page. */
export interface PackingMemory {
  /** For each file all of its texts, one after the other, as UTF-8. */
  bytes: Uint8Array<ArrayBuffer>;
  /** For each file a cell a column, the length of a text or the number (NaN: NULL, or in `big`), then its `modifiedMs` and its share of `bytes`. */
  cells: Float64Array<ArrayBuffer>;
}

const IS_TEXT = RECORD_COLUMNS.map((_, at) => (FILE_COLUMNS[at]?.type ?? 'text') === 'text');
const [TIME_AT, BYTES_AT] = [RECORD_COLUMNS.length, RECORD_COLUMNS.length + 1];
const CELLS_A_FILE = RECORD_COLUMNS.length + 2;
/** Room for a page of a thousand files, so that most pages need no more. */
const [USUAL_FILES, USUAL_BYTES] = [1_000, 1024 * 1024];
/** The most bytes that a UTF-16 unit takes in UTF-8. */
const MOST_BYTES_A_UNIT = 3;

/** False for memory that grew for a page of unusual size: the next ones do not need it. */
export function isKept({ bytes }: PackingMemory): boolean {
  return bytes.length <= 4 * USUAL_BYTES;
}

/** Packs the records of a page one by one, as `unpackFiles` gives them back, and keeps no hold of them. */
export class FilePacker {
  #bytes: Buffer<ArrayBuffer>;
  #cells: Float64Array<ArrayBuffer>;
  readonly #big = new Map<number, bigint>();
  #count = 0;
  #end = 0;
  #at = 0;

  /** `memory`: that of a page that has been unpacked. */
  constructor(memory?: PackingMemory) {
    this.#bytes =
      memory === undefined ? Buffer.allocUnsafeSlow(USUAL_BYTES) : Buffer.from(memory.bytes.buffer);
    this.#cells = memory?.cells ?? new Float64Array(USUAL_FILES * CELLS_A_FILE);
  }

  /** Adds a record, whose texts hold no lone surrogates. */
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

  /** What was added; the memory goes with it. */
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

/** When each of the files was modified, in ms; undefined where Drive sent no usable time. */
export function unpackTimes({ cells, count }: PackedFiles): (number | undefined)[] {
  return Array.from({ length: count }, (_, file) => defined(cells[file * CELLS_A_FILE + TIME_AT]));
}

/** The records that were packed, one by one: a page of them at once would be copied whenever garbage is collected. */
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
