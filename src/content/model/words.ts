import { fold } from '../../model/fold';
import { CJK, LONGEST_TOKEN } from './terms';

/** A word as the index holds it, and where it stands in the text, in UTF-16 units. */
export interface Word {
  word: string;
  start: number;
  end: number;
}

/** Gets a word; returns true to stop. */
type Visit = (word: Word) => boolean;

/** A character with all that normalization may join to it: marks, the letters of Hangul, Japanese voice marks. */
const UNIT = /.[\p{M}\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\ud7b0-\ud7ff\uff9e\uff9f\uffa0-\uffdc]*/gsu;
const IS_CJK = new RegExp(`^${CJK}$`, 'u');
const IS_LETTER = /^[\p{L}\p{N}\p{Co}]$/u;
const SPACE = 0x20;
const LAST_ASCII = 0x7f;

/** A character of the folded text. */
interface Character {
  text: string;
  isCjk: boolean;
  isLetter: boolean;
}

/** All words of a text, as `eachWord` passes them. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  eachWord(text, (word) => {
    words.push(word);
    return false;
  });
  return words;
}

/**
 * Passes the words of a text, in order: the tokens that SQLite's tokenizer makes of `termsOf(text)`, with their
 * places in the text itself.
 */
export function eachWord(text: string, visit: Visit): void {
  const known = new Map<string, readonly Character[]>();
  let isPlain = true;
  let from = 0;
  // Nothing is joined over a space, and most of the pieces between spaces are plain: they are far faster to read.
  for (let at = 0; at <= text.length; at += 1) {
    const code = at === text.length ? SPACE : text.charCodeAt(at);
    if (code > LAST_ASCII) isPlain = false;
    if (code > SPACE) continue;
    const isDone = isPlain
      ? plainWords(text, { from, to: at }, visit)
      : new WordReader(visit, known).read(text.slice(from, at), from);
    if (isDone) return;
    isPlain = true;
    from = at + 1;
  }
}

function plainWords(text: string, { from, to }: { from: number; to: number }, visit: Visit): boolean {
  let start = from;
  for (let at = from; at <= to; at += 1) {
    if (at < to && isPlainLetter(text.charCodeAt(at))) continue;
    const isWord = at > start && at - start <= LONGEST_TOKEN;
    if (isWord && visit({ word: text.slice(start, at).toLowerCase(), start, end: at })) return true;
    start = at + 1;
  }
  return false;
}

/** True for a to z, A to Z and 0 to 9. */
function isPlainLetter(code: number): boolean {
  const small = code | 0x20;
  return (small >= 0x61 && small <= 0x7a) || (code >= 0x30 && code <= 0x39);
}

function charactersOf(unit: string): Character[] {
  return Array.from(fold(unit), (text) => ({
    text: lower(text),
    isCjk: IS_CJK.test(text),
    isLetter: IS_LETTER.test(text),
  }));
}

/** The small letter, as the index folds it. Two forms of one, as of sigma, have one capital; a dotless i is no i. */
function lower(character: string): string {
  const viaUpper = character.toUpperCase().toLowerCase();
  const isOtherForm = viaUpper.length === character.length && viaUpper > '\u007f';
  return isOtherForm ? viaUpper : character.toLowerCase();
}

interface Placed {
  character: Character;
  start: number;
  end: number;
}

/** Collects the characters of a piece of text into words. */
class WordReader {
  readonly #visit: Visit;
  readonly #known: Map<string, readonly Character[]>;
  #isDone = false;
  #word: Word | undefined;
  /** The last character of a run without spaces between words, and whether it is the only one so far. */
  #last: (Placed & { isFirst: boolean }) | undefined;

  /** `known`: the characters of the units that were met before. */
  constructor(visit: Visit, known: Map<string, readonly Character[]>) {
    this.#visit = visit;
    this.#known = known;
  }

  /** Passes the words of a piece that begins at `from` in the text; returns true if there is no need to go on. */
  read(piece: string, from: number): boolean {
    for (const { 0: unit, index } of piece.matchAll(UNIT)) {
      const start = from + index;
      const characters = this.#known.get(unit) ?? charactersOf(unit);
      this.#known.set(unit, characters);
      for (const character of characters) this.#take({ character, start, end: start + unit.length });
      if (this.#isDone) return true;
    }
    this.#endWord();
    this.#endRun();
    return this.#isDone;
  }

  #take(placed: Placed): void {
    const { character, start, end } = placed;
    if (character.isCjk) {
      this.#endWord();
      if (this.#last !== undefined) this.#pair(this.#last, placed);
      this.#last = { ...placed, isFirst: this.#last === undefined };
      return;
    }
    this.#endRun();
    if (!character.isLetter) this.#endWord();
    else if (this.#word === undefined) this.#word = { word: character.text, start, end };
    else this.#word = { word: this.#word.word + character.text, start: this.#word.start, end };
  }

  #pass(word: Word): void {
    this.#isDone ||= this.#visit(word);
  }

  #endWord(): void {
    const word = this.#word;
    this.#word = undefined;
    if (word !== undefined && Array.from(word.word).length <= LONGEST_TOKEN) this.#pass(word);
  }

  /** A character that stands alone is a word. */
  #endRun(): void {
    const last = this.#last;
    this.#last = undefined;
    if (last?.isFirst === true && last.character.isLetter)
      this.#pass({ word: last.character.text, start: last.start, end: last.end });
  }

  /** The tokenizer leaves out what is no letter, such as a radical. */
  #pair(first: Placed, second: Placed): void {
    const letters = [first, second].filter(({ character }) => character.isLetter);
    const [start, end] = [letters[0]?.start, letters.at(-1)?.end];
    if (start === undefined || end === undefined) return;
    this.#pass({ word: letters.map(({ character }) => character.text).join(''), start, end });
  }
}
