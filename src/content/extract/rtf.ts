import { TextDecoder } from 'node:util';
import { ExtractionError } from '../model/extraction';
import { RtfReader, type RtfHandler } from './rtf-reader';
import {
  ASIDES,
  BREAKS,
  CHARACTERS,
  DOCUMENT_PAGES,
  encodingOfCharset,
  encodingOfPage,
  KNOWN_GROUPS,
  SKIPPED_GROUPS,
} from './rtf-words';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';

const MOST_GROUPS = 10_000;
/** Bytes of text that are decoded at once. */
const RUN = 4_096;

/** Writes the text of an RTF document. */
export function extractRtf(source: ByteSource, sink: TextSink): void {
  const document = new RtfDocument(sink);
  new RtfReader(source, document).read();
  document.end();
}

/** What a group inherits from the one around it. */
interface Group {
  /** Its text is not the document's; `fonts` is the table of fonts. */
  content: 'text' | 'skipped' | 'fonts';
  hidden: boolean;
  deleted: boolean;
  /** It is in a note or comment. */
  isAside: boolean;
  font: number;
  /** Characters that follow each \u for readers that do not know it. */
  fallback: number;
}

/** Follows the groups and writes the text that is seen. */
class RtfDocument implements RtfHandler {
  readonly #sink: TextSink;
  readonly #groups: Group[] = [];
  #group: Group = { content: 'text', hidden: false, deleted: false, isAside: false, font: -1, fallback: 1 };
  #encoding = 'windows-1252';
  #defaultFont = -1;
  readonly #fonts = new Map<number, string>();
  readonly #decoders = new Map<string, TextDecoder>();
  /** Bytes of text that wait to be decoded together, since a character may have two. */
  readonly #run = Buffer.alloc(RUN);
  #runLength = 0;
  #runEncoding = '';
  /** Characters after \u that are left out. */
  #skip = 0;
  /** The group began with `\*`. */
  #starred = false;

  constructor(sink: TextSink) {
    this.#sink = sink;
  }

  get isDone(): boolean {
    return this.#sink.isTruncated;
  }

  end(): void {
    this.#flush();
    this.#sink.paragraph();
  }

  open(): void {
    if (this.#groups.length >= MOST_GROUPS) throw new ExtractionError('malformed');
    this.#groups.push({ ...this.#group });
    this.#skip = 0;
    this.#starred = false;
  }

  close(): void {
    const { isAside } = this.#group;
    this.#group = this.#groups.pop() ?? this.#group;
    if (isAside && !this.#group.isAside) this.#break();
    this.#skip = 0;
    this.#starred = false;
  }

  byte(byte: number): void {
    if (this.#skip > 0) {
      this.#skip -= 1;
      return;
    }
    if (!this.#isSeen()) return;
    const encoding = this.#fonts.get(this.#group.font) ?? this.#encoding;
    if (encoding !== this.#runEncoding) this.#flush();
    else if (this.#runLength === RUN) this.#decode(true);
    this.#runEncoding = encoding;
    this.#run[this.#runLength] = byte;
    this.#runLength += 1;
  }

  symbol(symbol: string): void {
    if (symbol === '*') {
      this.#starred = true;
    } else if (symbol === '\n') {
      this.#break();
    } else if (symbol === '~') {
      this.#write('\u00a0');
    } else if (symbol === '_') {
      this.#write('\u2011');
    }
  }

  word(word: string, value: number | undefined): void {
    if (this.#skip > 0 && word !== 'u' && word !== 'uc') {
      this.#skip -= 1;
      return;
    }
    if (this.#entersGroup(word)) return;
    if (this.#group.content === 'fonts') return this.#fontWord(word, value);
    if (this.#group.content === 'skipped') return;
    const text = CHARACTERS.get(word);
    if (text !== undefined) this.#write(text);
    else if (BREAKS.has(word)) this.#break();
    else if (word === 'u') this.#unicode(value ?? 0);
    else this.#format(word, value);
  }

  /** True if the word says what its group is. */
  #entersGroup(word: string): boolean {
    const starred = this.#starred;
    this.#starred = false;
    if (this.#group.content === 'skipped') return true;
    if (word === 'fonttbl') this.#group.content = 'fonts';
    else if (SKIPPED_GROUPS.has(word) || (starred && !KNOWN_GROUPS.has(word)))
      this.#group.content = 'skipped';
    else if (ASIDES.has(word)) this.#openAside();
    else return false;
    return true;
  }

  #openAside(): void {
    this.#break();
    this.#group.isAside = true;
  }

  #fontWord(word: string, value = 0): void {
    if (word === 'f') this.#group.font = value;
    const encoding = word === 'fcharset' ? encodingOfCharset(value) : undefined;
    if (encoding !== undefined) this.#fonts.set(this.#group.font, encoding);
  }

  #format(word: string, value: number | undefined): void {
    const group = this.#group;
    if (word === 'v') group.hidden = value !== 0;
    else if (word === 'deleted') group.deleted = value !== 0;
    else if (word === 'f') group.font = value ?? 0;
    else if (word === 'uc') group.fallback = Math.max(0, value ?? 1);
    else if (word === 'plain') Object.assign(group, { hidden: false, font: this.#defaultFont });
    else this.#header(word, value ?? 0);
  }

  #header(word: string, value: number): void {
    if (word === 'ansicpg') {
      this.#encoding = encodingOfPage(value);
    } else if (word === 'deff') {
      this.#defaultFont = value;
      this.#group.font = value;
    } else {
      this.#encoding = DOCUMENT_PAGES.get(word) ?? this.#encoding;
    }
  }

  #unicode(value: number): void {
    this.#skip = this.#group.fallback;
    this.#write(String.fromCharCode(value & 0xffff));
  }

  #isSeen(): boolean {
    const { content, hidden, deleted } = this.#group;
    return content === 'text' && !hidden && !deleted;
  }

  #write(text: string): void {
    if (!this.#isSeen()) return;
    this.#flush();
    this.#sink.write(text);
  }

  #break(): void {
    if (!this.#isSeen()) return;
    this.#flush();
    this.#sink.paragraph();
  }

  #flush(): void {
    if (this.#runLength > 0) this.#decode(false);
  }

  /** @param goes - true if the last character may go on in the next run. */
  #decode(goes: boolean): void {
    let decoder = this.#decoders.get(this.#runEncoding);
    if (decoder === undefined) {
      decoder = new TextDecoder(this.#runEncoding);
      this.#decoders.set(this.#runEncoding, decoder);
    }
    this.#sink.write(decoder.decode(this.#run.subarray(0, this.#runLength), { stream: true }));
    // A last call that has bytes takes windows-1252 for Latin-1 in some versions of Node (nodejs/node#56542).
    if (!goes) this.#sink.write(decoder.decode());
    this.#runLength = 0;
  }
}
