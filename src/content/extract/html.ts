import { Parser } from 'htmlparser2';
import { labelOf, textOf } from './encoding';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';

const MOST_CHARS = 64 * 1024 * 1024;
const HEAD = 4_096;
/** Elements deeper than this have no children, as in browsers. */
const MOST_DEPTH = 512;

const BLOCKS = new Set(
  'address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html iframe legend li main menu nav object ol optgroup option p pre search section select summary table tbody textarea tfoot thead title tr ul'.split(
    ' ',
  ),
);
const CELLS = new Set(['td', 'th']);
const WITHOUT_TEXT = new Set(['script', 'style', 'template']);
const VERBATIM = new Set(['pre', 'textarea', 'listing', 'xmp']);
const HIDING_STYLE = /(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))/i;

/** Writes the text of a page: blocks on lines of their own, cells separated by tabs, no text that is hidden. */
export function extractHtml(source: ByteSource, sink: TextSink): void {
  const page = new PageReader(sink);
  let length = 0;
  for (const piece of textOf(source, declaredEncoding(source.read(0, HEAD)))) {
    page.read(piece);
    length += piece.length;
    if (length > MOST_CHARS) sink.truncate();
    if (sink.isTruncated) return;
  }
  page.end();
}

/** Writes the text of a page or a part of one. */
export function htmlText(html: string, sink: TextSink): void {
  const page = new PageReader(sink);
  page.read(html);
  page.end();
}

function declaredEncoding(head: Buffer): string | undefined {
  const text = head.toString('latin1');
  const name =
    /<meta\s[^>]{0,500}?charset\s*=\s*["']?\s*([\w:.-]{1,40})/i.exec(text)?.[1] ??
    /^\s*<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([\w:.-]{1,40})/i.exec(text)?.[1];
  return name === undefined ? undefined : labelOf(name);
}

type Attributes = Readonly<Record<string, string>>;

/** Feeds a page to the parser and writes what is seen of it. */
class PageReader {
  readonly #sink: TextSink;
  readonly #parser: ShallowParser;
  /** Elements around the current place. */
  #depth = 0;
  /** Depth of the outermost element that is not seen, and of the outermost one that keeps its spaces; 0 if none. */
  #hiddenAt = 0;
  #verbatimAt = 0;
  /** What is written before the next word of the same block. */
  #gap: '' | ' ' | '\t' = '';
  #atStart = true;

  constructor(sink: TextSink) {
    this.#sink = sink;
    this.#parser = new ShallowParser({
      onopentag: (name, attributes) => this.#open(name, attributes),
      onclosetag: (name) => this.#close(name),
      ontext: (text) => this.#text(text),
    });
  }

  read(html: string): void {
    this.#parser.write(html);
  }

  end(): void {
    this.#parser.end();
    this.#break();
  }

  #open(name: string, attributes: Attributes): void {
    this.#depth += 1;
    if (this.#hiddenAt > 0) return;
    if (WITHOUT_TEXT.has(name) || isHidden(attributes)) this.#hiddenAt = this.#depth;
    else if (BLOCKS.has(name)) this.#break();
    else if (name === 'img') this.#image(attributes);
    if (VERBATIM.has(name) && this.#verbatimAt === 0) this.#verbatimAt = this.#depth;
  }

  #close(name: string): void {
    const hidden = this.#hiddenAt > 0;
    if (this.#hiddenAt === this.#depth) this.#hiddenAt = 0;
    if (this.#verbatimAt === this.#depth) this.#verbatimAt = 0;
    this.#depth -= 1;
    if (hidden) return;
    if (BLOCKS.has(name)) this.#break();
    else if (CELLS.has(name)) this.#cell();
  }

  #break(): void {
    this.#sink.paragraph();
    this.#gap = '';
    this.#atStart = true;
  }

  #cell(): void {
    if (!this.#atStart) this.#gap = '\t';
  }

  #image({ alt, title }: Attributes): void {
    for (const text of [alt, title === alt ? undefined : title]) if (text) this.#text(` ${text} `);
  }

  #text(text: string): void {
    if (this.#hiddenAt > 0) return;
    if (this.#verbatimAt > 0) this.#word(text);
    else this.#words(text.replaceAll(/[ \t\n\r\f]+/g, ' '));
  }

  #words(text: string): void {
    if (text.startsWith(' ')) this.#space();
    const word = text.slice(text.startsWith(' ') ? 1 : 0, text.endsWith(' ') ? -1 : undefined);
    if (word === '') return;
    this.#word(word);
    if (text.endsWith(' ')) this.#space();
  }

  #space(): void {
    if (!this.#atStart && this.#gap === '') this.#gap = ' ';
  }

  #word(text: string): void {
    this.#sink.write(this.#gap + text);
    this.#gap = '';
    this.#atStart = false;
  }
}

function isHidden({ hidden, style }: Attributes): boolean {
  return (
    (hidden !== undefined && hidden.toLowerCase() !== 'until-found') ||
    (style !== undefined && HIDING_STYLE.test(style))
  );
}

interface PageHandler {
  onopentag(name: string, attributes: Attributes): void;
  onclosetag(name: string): void;
  ontext(text: string): void;
}

/** The parser's own stack has no limit, and each element costs time that grows with it. */
class ShallowParser extends Parser {
  #depth = 0;
  #closing = false;
  /** The parser asks twice for each tag and must get the same answer. */
  #answer = false;
  #given: boolean | undefined;

  constructor(handler: PageHandler) {
    super({
      ontext: (text) => handler.ontext(text),
      onopentagname: () => {
        this.#given = this.#answer;
        this.#depth += 1;
      },
      onopentag: (name, attributes) => handler.onopentag(name, attributes),
      onclosetag: (name) => {
        this.#depth -= 1;
        handler.onclosetag(name);
      },
    });
  }

  protected override isVoidElement(name: string): boolean {
    this.#answer =
      this.#given ?? (super.isVoidElement(name) || (!this.#closing && this.#depth >= MOST_DEPTH));
    this.#given = undefined;
    return this.#answer;
  }

  override onclosetag(start: number, end: number): void {
    this.#closing = true;
    super.onclosetag(start, end);
    this.#closing = false;
    this.#given = undefined;
  }
}
