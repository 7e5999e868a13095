import { ExtractionError } from '../model/extraction';
import type { ByteSource } from './source';

const WINDOW = 64 * 1024;
const LONGEST_WORD = 32;
const LONGEST_NUMBER = 10;
const [BACKSLASH, OPEN, CLOSE, RETURN, NEWLINE, SPACE, MINUS, QUOTE] = [
  '\\',
  '{',
  '}',
  '\r',
  '\n',
  ' ',
  '-',
  "'",
].map(byteOf);

/** Takes the pieces of an RTF file. */
export interface RtfHandler {
  open(): void;
  close(): void;
  /** A character of text, or one of the two bytes of one. */
  byte(value: number): void;
  /** A control symbol, or '\n' for a backslash at the end of a line. */
  symbol(symbol: string): void;
  /** A control word and its number. */
  word(word: string, value: number | undefined): void;
  /** True if nothing more is wanted. */
  readonly isDone: boolean;
}

/** Cuts a file into its pieces, with a part of it in memory at a time. */
export class RtfReader {
  readonly #source: ByteSource;
  readonly #handler: RtfHandler;
  #window: Buffer;
  #start = 0;
  #at: number;

  /** @throws ExtractionError `malformed` if it is not RTF. */
  constructor(source: ByteSource, handler: RtfHandler) {
    this.#source = source;
    this.#handler = handler;
    this.#window = source.read(0, WINDOW);
    this.#at = this.#window.indexOf('{\\rtf');
    if (this.#at === -1 || this.#at > 1024) throw new ExtractionError('malformed');
  }

  /** Reads to the end of the file, which may be cut, or until the handler is done. */
  read(): void {
    const handler = this.#handler;
    for (let byte = this.#next(); byte !== undefined && !handler.isDone; byte = this.#next()) {
      if (byte === OPEN) handler.open();
      else if (byte === CLOSE) handler.close();
      else if (byte === BACKSLASH) this.#control();
      else if (byte !== RETURN && byte !== NEWLINE && byte !== 0) handler.byte(byte);
    }
  }

  #control(): void {
    const byte = this.#peek();
    if (byte === undefined) return;
    if (isLetter(byte)) {
      this.#word();
      return;
    }
    this.#next();
    if (byte === QUOTE) this.#hexadecimal();
    else if (byte === BACKSLASH || byte === OPEN || byte === CLOSE) this.#handler.byte(byte);
    else this.#handler.symbol(byte === RETURN ? '\n' : String.fromCharCode(byte));
  }

  #hexadecimal(): void {
    const digits = this.#while(isHexadecimal, 2);
    if (digits.length === 2) this.#handler.byte(Number.parseInt(digits, 16));
  }

  #word(): void {
    const word = this.#while(isLetter, LONGEST_WORD);
    const minus = this.#peek() === MINUS;
    if (minus) this.#next();
    const digits = this.#while(isDigit, LONGEST_NUMBER);
    const value = digits === '' ? undefined : Number(digits) * (minus ? -1 : 1);
    const dash = minus && value === undefined;
    if (!dash && this.#peek() === SPACE) this.#next();
    // Its bytes may look like anything.
    if (word === 'bin') this.#forward(Math.max(0, value ?? 0));
    else this.#handler.word(word, value);
    if (dash) this.#handler.byte(byteOf('-'));
  }

  #while(belongs: (byte: number) => boolean, most: number): string {
    // Enough of the file is in the window, so that the piece is cut out of it.
    if (this.#at + most > this.#window.length) this.#slide();
    const window = this.#window;
    const start = this.#at;
    const end = Math.min(window.length, start + most);
    let at = start;
    while (at < end && belongs(window[at] ?? 0)) at += 1;
    this.#at = at;
    return window.toString('latin1', start, at);
  }

  #next(): number | undefined {
    const byte = this.#peek();
    this.#at += 1;
    return byte;
  }

  #peek(): number | undefined {
    if (this.#at >= this.#window.length) this.#forward(0);
    return this.#window[this.#at];
  }

  #forward(bytes: number): void {
    this.#at += bytes;
    if (this.#at >= this.#window.length) this.#slide();
  }

  /** Moves the window to the current place. */
  #slide(): void {
    this.#start += this.#at;
    this.#window = this.#source.read(this.#start, WINDOW);
    this.#at = 0;
  }
}

function byteOf(character: string): number {
  return character.charCodeAt(0);
}

function isLetter(byte: number): boolean {
  return (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

function isHexadecimal(byte: number): boolean {
  return isDigit(byte) || (byte >= 0x41 && byte <= 0x46) || (byte >= 0x61 && byte <= 0x66);
}
