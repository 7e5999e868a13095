import { eachWord, type Word } from '../../content/model/words';
import type { Phrase } from './phrases';

/** A piece of a text around a match. */
export interface Snippet {
  /** One line. */
  text: string;
  /** Where the matches are in it: start and end. */
  matches: readonly (readonly [number, number])[];
  /** Where the first match is in the whole text. */
  at: number;
}

/** In characters, as long as a terminal shows in two lines. */
const USUAL_LENGTH = 160;
/** A phrase may be stretched over empty cells of a table. */
const LONGEST_MATCH = 1_000;
/** How far a cut moves to stand between words. */
const LONGEST_STEP = 24;
const CUT = '…';
/** What a terminal would interpret. */
const UNSAFE = /[\p{Cc}\p{Bidi_Control}\u2028\u2029]/gu;
const JOINED = /^[\p{M}\udc00-\udfff\u200d]/u;

/** A match of one of the phrases. */
interface Found {
  phrase: number;
  start: number;
  end: number;
}

/** Cuts the piece of a text that shows the most of the phrases; without a match, its beginning. */
export function snippetOf(text: string, phrases: readonly Phrase[], length = USUAL_LENGTH): Snippet {
  const best = bestPlace(text, phrases, length);
  const { start, end } = windowAround(text, best ?? { start: 0, end: 0 }, length);
  const inner = text.slice(start, end).replaceAll(/\s+/g, ' ').replaceAll(UNSAFE, '\uFFFD').trim();
  const shown = `${start > 0 ? CUT : ''}${inner}${end < text.length ? CUT : ''}`;
  const matches: [number, number][] = [];
  eachMatch(shown, phrases, (found) => {
    matches.push([found.start, found.end]);
    return false;
  });
  return { text: shown, matches, at: best?.start ?? 0 };
}

/** The first stretch of a text with the most different phrases in it. */
function bestPlace(
  text: string,
  phrases: readonly Phrase[],
  length: number,
): { start: number; end: number } | undefined {
  let best: { start: number; end: number; count: number } | undefined;
  let recent: Found[] = [];
  eachMatch(text, phrases, (found) => {
    recent = [...recent.filter(({ start }) => found.end - start <= length), found];
    const count = new Set(recent.map(({ phrase }) => phrase)).size;
    if (count > (best?.count ?? 0)) best = { start: recent[0]?.start ?? found.start, end: found.end, count };
    return count === phrases.length;
  });
  return best;
}

/** Passes all matches of the phrases, by their ends, until `visit` returns true. */
function eachMatch(text: string, phrases: readonly Phrase[], visit: (found: Found) => boolean): void {
  const most = Math.max(0, ...phrases.map(({ words }) => words.length));
  const last: Word[] = [];
  eachWord(text, (word) => {
    last.push(word);
    if (last.length > most) last.shift();
    return phrases.some((phrase, at) => {
      const first = last[last.length - phrase.words.length];
      return (
        first !== undefined &&
        endsHere(last, phrase) &&
        visit({ phrase: at, start: first.start, end: word.end })
      );
    });
  });
}

/** It compares the last word first, since most words differ there. */
function endsHere(last: readonly Word[], { words, isPrefix }: Phrase): boolean {
  for (let back = 1; back <= words.length; back += 1) {
    const word = last.at(-back)?.word ?? '';
    const wanted = words.at(-back) ?? '';
    if (back === 1 && isPrefix ? !word.startsWith(wanted) : word !== wanted) return false;
  }
  return true;
}

/** The piece to show around a match, cut between words. */
function windowAround(
  text: string,
  match: { start: number; end: number },
  length: number,
): { start: number; end: number } {
  const matchEnd = Math.min(match.end, match.start + LONGEST_MATCH);
  const before = Math.max(0, Math.floor((length - (matchEnd - match.start)) / 3));
  const start = Math.max(0, match.start - before);
  const end = Math.min(text.length, Math.max(start + length, matchEnd));
  return { start: wordStart(text, start, match.start), end: wordEnd(text, end, matchEnd) };
}

/** The next beginning of a word, but not after the match. */
function wordStart(text: string, from: number, most: number): number {
  if (from === 0) return 0;
  const space = /\s/.exec(text.slice(from - 1, Math.min(most, from + LONGEST_STEP)));
  if (space !== null) return from + space.index;
  let at = from;
  while (at < most && JOINED.test(text.slice(at, at + 2))) at += 1;
  return at;
}

/** The last end of a word, but not before the end of the match. */
function wordEnd(text: string, to: number, least: number): number {
  if (to === text.length) return to;
  const from = Math.max(least, to - LONGEST_STEP);
  const space = /\s(?=\S*$)/.exec(text.slice(from, to + 1));
  if (space !== null) return from + space.index;
  let at = to;
  while (at < text.length && JOINED.test(text.slice(at, at + 2))) at += 1;
  return at;
}
