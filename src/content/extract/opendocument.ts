import { ExtractionError } from '../model/extraction';
import type { Extractor } from './source';
import type { TextSink } from './text-sink';
import { attributeEnding, readXml, type Attributes, type XmlHandler } from './xml';
import { zipOf, type ZipArchive } from './zip';

/** Which elements start a place. */
type Places = 'none' | 'sheets' | 'slides';

const MOST_CELLS = 1_000_000;

/** Deleted text of tracked changes, the numbers of notes, ruby, and what the program itself wrote. */
const SKIPPED: ReadonlySet<string> = new Set([
  'tracked-changes',
  'note-citation',
  'ruby-text',
  'hidden-text',
  'script',
]);
/** Who wrote a comment, and when. In the text itself they are fields, which people see. */
const SKIPPED_IN_ASIDES: ReadonlySet<string> = new Set([
  'creator',
  'date',
  'creator-initials',
  'sender-initials',
]);
const BLOCKS: ReadonlySet<string> = new Set(['p', 'h']);
/** What stands beside the text where it is anchored, and would split it. */
const ASIDES: ReadonlySet<string> = new Set(['note', 'annotation']);

/** Writes the text of a text document, its notes, comments, headers and footers. */
export const extractOdt: Extractor = (source, sink) => extractOpenDocument(source, sink, 'none');
/** Writes the text of a spreadsheet: a row on each line, cells separated by tabs; repeated cells once. */
export const extractOds: Extractor = (source, sink) => extractOpenDocument(source, sink, 'sheets');
/** Writes the text of a presentation: each slide with its notes. */
export const extractOdp: Extractor = (source, sink) => extractOpenDocument(source, sink, 'slides');

async function extractOpenDocument(
  source: Parameters<Extractor>[0],
  sink: TextSink,
  places: Places,
): Promise<void> {
  const archive = await zipOf(source);
  if (await isEncrypted(archive)) throw new ExtractionError('encrypted');
  const content = new OpenDocumentText(sink, places);
  await readXml(archive, 'content.xml', content, () => content.isDone);
  if (content.isDone) sink.truncate();
  if (places !== 'none' || content.isDone) return;
  sink.mark('headers and footers');
  const styles = new OpenDocumentText(sink, 'none', new Set(['header', 'footer']));
  await readXml(archive, 'styles.xml', styles, () => styles.isDone);
}

/** With a password, all parts are encrypted except for the list of them. */
async function isEncrypted(archive: ZipArchive): Promise<boolean> {
  let encrypted = false;
  await readXml(archive, 'META-INF/manifest.xml', {
    open(name) {
      if (name === 'encryption-data') encrypted = true;
    },
  });
  return encrypted;
}

class OpenDocumentText implements XmlHandler {
  readonly #sink: TextSink;
  readonly #places: Places;
  /** If given, only what is inside of such elements is read. */
  readonly #only: ReadonlySet<string> | undefined;
  #inside = 0;
  #skipped = 0;
  #blocks = 0;
  #asideDepth = 0;
  #asides: string[] = [];
  #slides = 0;
  #cells = 0;
  /** A cell has begun and has no text yet. */
  #cellBegins = false;
  #rowHasText = false;

  constructor(sink: TextSink, places: Places, only?: ReadonlySet<string>) {
    this.#sink = sink;
    this.#places = places;
    this.#only = only;
  }

  /** True if nothing more is read. */
  get isDone(): boolean {
    return this.#sink.isFull || this.#cells > MOST_CELLS;
  }

  open(name: string, attributes: Attributes): void {
    if (this.#skipped > 0 || this.#isSkipped(name)) {
      this.#skipped += 1;
      return;
    }
    if (this.#only?.has(name) === true) this.#inside += 1;
    if (ASIDES.has(name)) this.#asideDepth += 1;
    if (BLOCKS.has(name)) this.#openBlock();
    else if (this.#blocks > 0 && this.#inline(name)) return;
    else this.#structure(name, attributes);
  }

  close(name: string): void {
    if (this.#skipped > 0) {
      this.#skipped -= 1;
      return;
    }
    if (this.#only?.has(name) === true) this.#inside -= 1;
    if (ASIDES.has(name)) this.#asideDepth -= 1;
    if (BLOCKS.has(name)) this.#closeBlock();
    if (name === 'text-box' || name === 'table') {
      this.#cellBegins = false;
      this.#sink.paragraph();
    }
  }

  text(text: string): void {
    if (this.#blocks > 0 && this.#skipped === 0) this.#write(text.replaceAll(/\s+/g, ' '));
  }

  #structure(name: string, attributes: Attributes): void {
    if (name === 'table' && this.#places === 'sheets')
      this.#sink.mark(`sheet ${attributeEnding(attributes, ':name') ?? ''}`);
    else if (name === 'page' && this.#places === 'slides') {
      this.#slides += 1;
      this.#sink.mark(`slide ${String(this.#slides)}`);
    } else if (name === 'table-row') {
      this.#sink.paragraph();
      this.#rowHasText = false;
    } else if (name === 'table-cell') {
      this.#cells += 1;
      this.#cellBegins = true;
    }
  }

  #isSkipped(name: string): boolean {
    return SKIPPED.has(name) || (this.#asideDepth > 0 && SKIPPED_IN_ASIDES.has(name));
  }

  /** Elements that stand for characters. */
  #inline(name: string): boolean {
    const character = { tab: '\t', 'line-break': '\n', s: ' ' }[name];
    if (character !== undefined) this.#write(character);
    return character !== undefined;
  }

  #openBlock(): void {
    this.#blocks += 1;
    if (this.#asideDepth > 0) {
      this.#asides.push('');
      return;
    }
    if (!this.#cellBegins) this.#sink.paragraph();
  }

  #closeBlock(): void {
    this.#blocks -= 1;
    if (this.#blocks > 0) return;
    for (const aside of this.#asides) {
      this.#sink.paragraph();
      this.#sink.write(aside);
    }
    this.#asides = [];
    this.#cellBegins = false;
  }

  #write(text: string): void {
    if (this.#only !== undefined && this.#inside === 0) return;
    if (this.#asideDepth > 0) {
      this.#asides.push(`${this.#asides.pop() ?? ''}${text}`);
      return;
    }
    if (this.#cellBegins && this.#rowHasText) this.#sink.write('\t');
    if (this.#cellBegins) this.#rowHasText = true;
    this.#cellBegins = false;
    this.#sink.write(text);
  }
}
