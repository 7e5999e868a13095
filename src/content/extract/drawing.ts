import type { TextSink } from './text-sink';
import type { Attributes, XmlHandler } from './xml';

/** The values of a chart. */
const NUMBERS: ReadonlySet<string> = new Set(['numCache', 'numLit']);

/** Writes the text of DrawingML: slides, notes, SmartArt, text boxes of sheets; and the text of comments. */
export class DrawingText implements XmlHandler {
  readonly #sink: TextSink;
  #skipped = 0;
  #cellBegins = false;
  #rowBegins = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || isSkipped(name, attributes)) {
      this.#skipped += 1;
      return;
    }
    if (name === 'br') this.#sink.write('\n');
    else if (name === 'p' || name === 'cm' || name === 'tr') this.#block(name);
    else if (name === 'tc') {
      if (!this.#rowBegins) this.#sink.write('\t');
      this.#rowBegins = false;
      this.#cellBegins = true;
    }
  }

  close(name: string): void {
    if (this.#skipped > 0) this.#skipped -= 1;
    else if (name === 'tbl') this.#cellBegins = false;
  }

  text(text: string, parent: string): void {
    if (this.#skipped > 0 || (parent !== 't' && parent !== 'text')) return;
    // SmartArt has elements of this name around its paragraphs, too.
    if (text.trim() !== '' || !text.includes('\n')) this.#sink.write(text);
  }

  #block(name: string): void {
    if (!this.#cellBegins) this.#sink.paragraph();
    this.#cellBegins = false;
    this.#rowBegins = name === 'tr';
  }
}

/** Writes what a chart shows in words: titles, labels, and the names of series and categories, a line each. */
export class ChartText implements XmlHandler {
  readonly #sink: TextSink;
  #numbers = 0;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  open(name: string): void {
    if (NUMBERS.has(name)) this.#numbers += 1;
    if (name === 'p' || name === 'v') this.#sink.paragraph();
  }

  close(name: string): void {
    if (NUMBERS.has(name)) this.#numbers -= 1;
  }

  text(text: string, parent: string): void {
    if (parent === 't' || (parent === 'v' && this.#numbers === 0)) this.#sink.write(text);
  }
}

/** The double of an alternative, and the number of the slide. */
function isSkipped(name: string, attributes: Attributes): boolean {
  return name === 'Fallback' || (name === 'fld' && attributes['type'] === 'slidenum');
}
