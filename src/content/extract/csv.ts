import { textOf } from './encoding';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';

const DELIMITERS = [',', ';', '\t', '|'];
/** The rows that tell the delimiter. */
const SAMPLE_ROWS = 20;
const QUOTE = '"'.charCodeAt(0);

/** Writes a table: a line for each row, tabs between cells, without the quotes. */
export function extractCsv(source: ByteSource, sink: TextSink): void {
  let cells: CellReader | undefined;
  for (const piece of textOf(source)) {
    cells ??= new CellReader(delimiterOf(piece));
    sink.write(cells.read(piece));
    if (sink.isTruncated) return;
  }
}

/** The delimiter that most rows have as often as the first one; the more frequent one if there are several. */
export function delimiterOf(text: string): string {
  const rows = text
    .slice(0, 64 * 1024)
    .split(/\r?\n/, SAMPLE_ROWS)
    .filter(Boolean);
  let best = { delimiter: ',', rows: 0, count: 0 };
  for (const delimiter of DELIMITERS) {
    const counts = rows.map((row) => countOutsideQuotes(row, delimiter));
    const count = counts[0] ?? 0;
    const alike = count === 0 ? 0 : counts.filter((other) => other === count).length;
    if (alike > best.rows || (alike === best.rows && count > best.count))
      best = { delimiter, rows: alike, count };
  }
  return best.delimiter;
}

function countOutsideQuotes(row: string, delimiter: string): number {
  let [count, quoted] = [0, false];
  for (const character of row) {
    if (character === '"') quoted = !quoted;
    else if (character === delimiter && !quoted) count += 1;
  }
  return count;
}

/** Reads cells from pieces of a table; a cell may go on in the next piece. */
class CellReader {
  readonly #delimiter: string;
  #quoted = false;
  #atStart = true;
  /** A quote in a quoted cell: its end, or the first of two that stand for one. */
  #closing = false;

  constructor(delimiter: string) {
    this.#delimiter = delimiter;
  }

  read(piece: string): string {
    let text = '';
    let at = 0;
    while (at < piece.length) {
      // Most of a table is runs of characters that mean nothing.
      const end = this.#atStart || this.#closing ? at : this.#endOfRun(piece, at);
      text += piece.slice(at, end);
      if (end < piece.length) {
        const character = piece.charAt(end);
        text += this.#quoted ? this.#inQuotes(character) : this.#plain(character);
      }
      at = end + 1;
    }
    return text;
  }

  #endOfRun(piece: string, from: number): number {
    for (let at = from; at < piece.length; at += 1) if (this.#isSpecial(piece.charCodeAt(at))) return at;
    return piece.length;
  }

  #isSpecial(code: number): boolean {
    return code < 0x20 || code === QUOTE || code === this.#delimiter.charCodeAt(0);
  }

  #plain(character: string): string {
    if (character === '"' && this.#atStart) {
      this.#quoted = true;
      this.#atStart = false;
      return '';
    }
    const ends = character === this.#delimiter;
    this.#atStart = ends || character === '\n';
    return ends ? '\t' : character;
  }

  #inQuotes(character: string): string {
    if (this.#closing) {
      this.#closing = false;
      if (character === '"') return '"';
      this.#quoted = false;
      this.#atStart = false;
      return this.#plain(character);
    }
    if (character === '"') {
      this.#closing = true;
      return '';
    }
    // One line is one row.
    return character === '\n' || character === '\r' || character === '\t' ? ' ' : character;
  }
}
