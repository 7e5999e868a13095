import { ChartText, DrawingText } from './drawing';
import { mainPartOf, relationsOf, targetsOf } from './packages';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';
import { attributeEnding, readXml, type Attributes, type XmlHandler } from './xml';
import { zipOf, type ZipArchive } from './zip';

/** The most cells that are read of one file. */
const MOST_CELLS = 1_000_000;

/** What belongs to a sheet beside its cells: notes, comments, text boxes and charts. */
const BESIDE_SHEET = ['comments', 'threadedComment', 'drawing'] as const;

const HEADERS: ReadonlySet<string> = new Set(
  ['odd', 'even', 'first'].flatMap((pages) => [`${pages}Header`, `${pages}Footer`]),
);
/** A font, its color, its size, or a letter: https://learn.microsoft.com/dotnet/api/documentformat.openxml.spreadsheet.oddheader */
const HEADER_CODE = /&(?:"[^"]*"|K(?:[\dA-F]{6}|\d\d[+-]\d{3})|\d+|.)/g;

/** Counts the cells of all sheets. */
interface CellCount {
  cells: number;
}

/**
 * Writes the cells of all sheets, hidden ones too, in the workbook's order: values as they are stored, results
 * of formulas, a row on each line, cells separated by tabs; then the sheet's page headers,
 * comments, text boxes and charts.
 * @throws ExtractionError if it is damaged or unpacks to too much.
 */
export async function extractXlsx(source: ByteSource, sink: TextSink): Promise<void> {
  const archive = await zipOf(source);
  const workbook = await mainPartOf(archive, 'xl/workbook.xml');
  const relations = await relationsOf(archive, workbook);
  const targets = new Map(relations.map(({ id, target }) => [id, target]));
  const strings = await sharedStringsOf(archive, targetsOf(relations, 'sharedStrings'));
  const count: CellCount = { cells: 0 };
  for (const { name, id } of await sheetsOf(archive, workbook)) {
    if (isDone(sink, count)) {
      sink.truncate();
      return;
    }
    const part = targets.get(id);
    sink.mark(`sheet ${name}`);
    if (part !== undefined) await readSheet(archive, part, sink, new SheetText(sink, strings, count));
  }
}

function isDone(sink: TextSink, count: CellCount): boolean {
  return sink.isFull || count.cells > MOST_CELLS;
}

async function sheetsOf(archive: ZipArchive, workbook: string): Promise<{ name: string; id: string }[]> {
  const sheets: { name: string; id: string }[] = [];
  await readXml(archive, workbook, {
    open(element, attributes) {
      const { name } = attributes;
      const id = attributeEnding(attributes, ':id');
      if (element === 'sheet' && name !== undefined && id !== undefined) sheets.push({ name, id });
    },
  });
  return sheets;
}

async function readSheet(archive: ZipArchive, part: string, sink: TextSink, cells: SheetText): Promise<void> {
  await readXml(archive, part, cells, () => cells.isDone);
  if (cells.isDone) {
    sink.truncate();
    return;
  }
  const relations = await relationsOf(archive, part);
  for (const type of BESIDE_SHEET) {
    for (const beside of targetsOf(relations, type)) {
      sink.paragraph();
      const handler = type === 'drawing' ? new DrawingText(sink) : new SheetComments(sink);
      await readXml(archive, beside, handler, () => sink.isFull);
      if (type === 'drawing') await readCharts(archive, beside, sink);
    }
  }
}

async function readCharts(archive: ZipArchive, drawing: string, sink: TextSink): Promise<void> {
  for (const chart of targetsOf(await relationsOf(archive, drawing), 'chart'))
    await readXml(archive, chart, new ChartText(sink), () => sink.isFull);
}

/** The strings that cells refer to by number, without the reading aids of Japanese. */
async function sharedStringsOf(archive: ZipArchive, parts: readonly string[]): Promise<string[]> {
  const strings: string[] = [];
  let current = '';
  let aids = 0;
  const handler: XmlHandler = {
    open(name) {
      if (name === 'si') current = '';
      if (name === 'rPh') aids += 1;
    },
    close(name) {
      if (name === 'si') strings.push(current);
      if (name === 'rPh') aids -= 1;
    },
    text(text, parent) {
      if (parent === 't' && aids === 0) current += text;
    },
  };
  for (const part of parts) await readXml(archive, part, handler);
  return strings;
}

/** Writes the cells of a sheet. */
class SheetText implements XmlHandler {
  readonly #sink: TextSink;
  readonly #strings: readonly string[];
  readonly #count: CellCount;
  #type = '';
  #value = '';
  #aids = 0;
  #rowHasText = false;
  #header = '';

  constructor(sink: TextSink, strings: readonly string[], count: CellCount) {
    this.#sink = sink;
    this.#strings = strings;
    this.#count = count;
  }

  /** True if nothing more is read, of this sheet or another. */
  get isDone(): boolean {
    return isDone(this.#sink, this.#count);
  }

  open(name: string, attributes: Attributes): void {
    if (name === 'row') {
      this.#sink.paragraph();
      this.#rowHasText = false;
    } else if (name === 'c') {
      this.#count.cells += 1;
      this.#type = attributes['t'] ?? 'n';
      this.#value = '';
    } else if (name === 'rPh') this.#aids += 1;
  }

  close(name: string): void {
    if (name === 'rPh') this.#aids -= 1;
    if (name === 'c' && !this.isDone) this.#writeCell();
    if (HEADERS.has(name)) this.#writeHeader();
  }

  text(text: string, parent: string): void {
    if ((parent === 'v' || parent === 't') && this.#aids === 0) this.#value += text;
    if (HEADERS.has(parent)) this.#header += text;
  }

  /** A header has a left, middle and right part, and codes for fonts and numbers. */
  #writeHeader(): void {
    for (const line of this.#header.replaceAll(HEADER_CODE, meaningOf).split('\n')) {
      this.#sink.paragraph();
      this.#sink.write(line.trim());
    }
    this.#header = '';
  }

  #writeCell(): void {
    const text = this.#shown();
    if (text === '') return;
    // Line breaks inside a cell would look like rows.
    this.#sink.write(`${this.#rowHasText ? '\t' : ''}${text.replaceAll(/\s*[\r\n]+\s*/g, ' ')}`);
    this.#rowHasText = true;
  }

  #shown(): string {
    if (this.#value === '') return '';
    if (this.#type === 's') return this.#strings[Number(this.#value)] ?? '';
    if (this.#type === 'b') return this.#value === '1' ? 'TRUE' : 'FALSE';
    // "#REF!" is nothing that anyone wrote.
    return this.#type === 'e' ? '' : this.#value;
  }
}

/** Writes notes and comments, without the names of their authors. */
class SheetComments implements XmlHandler {
  readonly #sink: TextSink;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  open(name: string): void {
    if (name === 'comment' || name === 'threadedComment') this.#sink.paragraph();
  }

  text(text: string, parent: string): void {
    if (parent === 't' || (parent === 'text' && text.trim() !== '')) this.#sink.write(text);
  }
}

/** The left, middle and right part of a page header are blocks. */
function meaningOf(code: string): string {
  if (code === '&&') return '&';
  return code === '&L' || code === '&C' || code === '&R' ? '\n' : '';
}
