import type { TextSink } from './text-sink';
import { attributeEnding, isOn, type Attributes, type XmlHandler } from './xml';

/** Elements whose content is not read: the double of an alternative, moved text at its old place, ruby, definitions of tabs. */
const SKIPPED: ReadonlySet<string> = new Set(['Fallback', 'moveFrom', 'rt', 'tabs']);

/** Writes the text of WordprocessingML: runs join, paragraphs and cells separate, hidden and deleted text is left out. */
export class WordText implements XmlHandler {
  readonly #sink: TextSink;
  #skipped = 0;
  /** Runs can be inside each other: a text box is in a run. */
  readonly #hidden: boolean[] = [];
  /** A cell has begun, and its first paragraph follows the tab or the new row. */
  #cellBegins = false;
  #rowBegins = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || SKIPPED.has(name)) {
      this.#skipped += 1;
      return;
    }
    this.#structure(name);
    this.#inRun(name, attributes);
  }

  close(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (name === 'r') this.#hidden.pop();
    if (name === 'txbxContent' || name === 'tbl') {
      this.#cellBegins = false;
      this.#sink.paragraph();
    }
  }

  text(text: string, parent: string): void {
    if (parent === 't') this.#write(text);
  }

  #structure(name: string): void {
    if (name === 'p') {
      if (!this.#cellBegins) this.#sink.paragraph();
      this.#cellBegins = false;
    } else if (name === 'tr') {
      this.#sink.paragraph();
      this.#rowBegins = true;
    } else if (name === 'tc') {
      if (!this.#rowBegins) this.#sink.write('\t');
      this.#rowBegins = false;
      this.#cellBegins = true;
    }
  }

  #inRun(name: string, attributes: Attributes): void {
    if (name === 'r') this.#hidden.push(false);
    else if (name === 'vanish' && this.#hidden.length > 0)
      this.#hidden[this.#hidden.length - 1] = isOn(attributeEnding(attributes, ':val'));
    else if (name === 'tab' || name === 'ptab') this.#write('\t');
    else if (name === 'br' || name === 'cr') this.#write('\n');
    else if (name === 'noBreakHyphen') this.#write('-');
  }

  #write(text: string): void {
    if (this.#skipped === 0 && this.#hidden.at(-1) !== true) this.#sink.write(text);
  }
}
