import type { PlaceMark } from '../model/marks';

/** The largest text of a file, in UTF-16 units. */
export const MOST_CHARS = 2_000_000;
const PIECE = 1_000_000;
const MOST_MARKS = 20_000;
const LONGEST_LABEL = 200;

/** What is in no text that a person reads: byte-order marks, soft hyphens, control characters except tab and newline. */
// oxlint-disable-next-line no-control-regex -- these are what is removed
const INVISIBLE = /[\u0000-\u0008\u000e-\u001f\u007f-\u0084\u0086-\u009f\u00ad\ufeff]/g;
const LINE_BREAK = /\r\n|[\r\v\f\u0085\u2028\u2029]/g;
// oxlint-disable-next-line no-control-regex -- as above
const UNCLEAN = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u2028\u2029\ufeff]/;
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Collects the text of a file up to a limit, and the places in it. */
export class TextSink {
  readonly #limit: number;
  #text = '';
  #marks: PlaceMark[] = [];
  /** A break that is written before the next text. */
  #breaks = false;
  /** A place that starts with the next text. */
  #place: string | undefined;
  /** A carriage return ended the last piece; it is one break with a newline that may follow. */
  #returned = false;
  #truncated = false;
  /** Kept, because looking at the end of the growing text would copy it each time. */
  #endsInNewline = true;

  constructor(limit = MOST_CHARS) {
    this.#limit = limit;
  }

  /** Adds text as it is, except for characters that nobody sees. After the limit it only notes that text is missing. */
  write(text: string): void {
    // In pieces, because one text node can be most of what a file may unpack to.
    for (let at = 0; at < text.length && !this.#truncated; at += PIECE)
      this.#writePiece(text.slice(at, at + PIECE));
  }

  /** A new block starts: one newline stands before the text that follows. */
  paragraph(): void {
    this.#breaks = true;
  }

  /** A new place starts with the text that follows. A place without text is left out. */
  mark(label: string): void {
    this.paragraph();
    this.#place = label;
  }

  /** Notes that text is missing after what is here, for example because of a limit of the format. */
  truncate(): void {
    this.#truncated = true;
  }

  /** True if nothing more is taken, so that an extractor can stop. */
  get isFull(): boolean {
    return this.#text.length >= this.#limit;
  }

  /** True if text is missing after what is here. */
  get isTruncated(): boolean {
    return this.#truncated;
  }

  /** True if there is a character that is no space. */
  get hasText(): boolean {
    return /\S/.test(this.#text);
  }

  /** The text and its places. Lone surrogates are replaced, since they cannot be written as UTF-8. */
  finish(): { text: string; marks: PlaceMark[]; truncated: boolean } {
    const text = this.#text.replaceAll(LONE_SURROGATE, '\uFFFD');
    return { text, marks: this.#marks, truncated: this.#truncated };
  }

  #writePiece(text: string): void {
    const clean = this.#clean(text);
    if (clean === '') return;
    if (this.isFull) {
      this.#truncated = true;
      return;
    }
    this.#separate();
    this.#append(clean);
  }

  #clean(text: string): string {
    // The newline of a return that ended the last piece is already there.
    const rest = this.#returned && text.startsWith('\n') ? text.slice(1) : text;
    if (text !== '') this.#returned = text.endsWith('\r');
    return UNCLEAN.test(rest) ? rest.replaceAll(LINE_BREAK, '\n').replaceAll(INVISIBLE, '') : rest;
  }

  #separate(): void {
    if (this.#breaks && !this.#endsInNewline) this.#append('\n');
    this.#breaks = false;
    if (this.#place === undefined) return;
    if (this.#marks.length < MOST_MARKS && !this.isFull) {
      const label = this.#place.replaceAll(LONE_SURROGATE, '\uFFFD').replaceAll(/\s+/g, ' ');
      this.#marks.push({ at: this.#text.length, label: Array.from(label).slice(0, LONGEST_LABEL).join('') });
    }
    this.#place = undefined;
  }

  #append(text: string): void {
    const room = this.#limit - this.#text.length;
    if (text.length > room) this.#truncated = true;
    this.#text += text.length > room ? text.slice(0, room) : text;
    this.#endsInNewline = text.endsWith('\n');
  }
}
