import Database from 'better-sqlite3';
import * as fc from 'fast-check';
import { termsOf } from '../../../src/content/model/terms';
import { wordsOf } from '../../../src/content/model/words';
import { expressionOf, phraseOf } from '../../../src/queries/contents/phrases';
import { snippetOf } from '../../../src/queries/contents/snippet';

const db = new Database(':memory:');
db.exec(`CREATE VIRTUAL TABLE body_index USING fts5 (
  text, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2");
  CREATE VIRTUAL TABLE tokens USING fts5vocab (body_index, 'instance')`);
const insert = db.prepare('INSERT INTO body_index (rowid, text) VALUES (1, ?)');
const clear = db.prepare('DELETE FROM body_index');
const tokens = db.prepare<[], string>('SELECT term FROM tokens ORDER BY offset').pluck();
const matches = db.prepare<[string], number>('SELECT rowid FROM body_index WHERE body_index MATCH ?').pluck();

afterAll(() => db.close());

function indexed(text: string): void {
  clear.run();
  insert.run(termsOf(text));
}

/** What words are made of in texts of people, and what normalization and the index treat in their own ways. */
const LETTERS = [
  'a',
  'A',
  'b',
  'z',
  'Z',
  '0',
  '9',
  'ß',
  'é',
  'É',
  'ö',
  'ñ',
  'ı',
  'İ',
  'ſ',
  'Σ',
  'σ',
  'ς',
  'Ж',
];
const JOINED = ['e\u0301', 'o\u0308', 'ﬁ', '½', '™', 'Ⅷ', '①', 'ｱ', 'ｶﾞ', 'か\u3099', '㍿', '⼀'];
const UNSPACED = ['漢', '字', '東', '京', '都', 'か', 'が', 'な', 'カ', 'ナ', 'ー', '한', '국', '각'];
const OTHERS = ['ᄒ', 'ᅡ', 'ᆫ', 'ㅎ', 'ㅏ', 'हि', 'न्', 'ไท', 'ש\u05b8', 'عر', '🎉', '𝒳', '𠀀'];
const BETWEEN = [' ', ' ', '\n', '\t', '-', '.', '"', "'", '_', '·', '\u200d', '\u00a0'];
const LONG = ['x'.repeat(64), 'y'.repeat(65)];
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...LETTERS) },
  { weight: 3, arbitrary: fc.constantFrom(...BETWEEN) },
  ...[JOINED, UNSPACED, OTHERS, LONG].map((pieces) => fc.constantFrom(...pieces)),
);
const anyText = fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join(''));

test('the words of a text are the tokens of the index', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      indexed(text);
      expect(wordsOf(text).map(({ word }) => word)).toEqual(tokens.all());
    }),
    { numRuns: 3_000 },
  );
});

test('each word stands where it says', () => {
  const text = 'Größe: e\u0301tude — 東京都 ½ ﬁn';
  const found = Array.from(wordsOf(text), ({ word, start, end }) => [word, text.slice(start, end)]);
  expect(found).toEqual([
    ['große', 'Größe'],
    ['etude', 'e\u0301tude'],
    ['東京', '東京'],
    ['京都', '京都'],
    ['1', '½'],
    ['2', '½'],
    ['fin', 'ﬁn'],
  ]);
});

test('what the index finds, the snippet shows', () => {
  let found = 0;
  const part = fc.record({ at: fc.nat(), length: fc.integer({ min: 1, max: 8 }), isQuoted: fc.boolean() });
  fc.assert(
    fc.property(anyText, part, fc.integer({ min: 20, max: 200 }), (text, { at, length, isQuoted }, room) => {
      const from = text.length === 0 ? 0 : at % text.length;
      const term = { text: text.slice(from, from + length).replaceAll(/\p{Surrogate}/gu, ' '), isQuoted };
      const expression = expressionOf(term);
      if (expression === undefined) return;
      const long = `${'filler '.repeat(40)}${text}${' filler'.repeat(40)}`;
      indexed(long);
      if (matches.get(expression) === undefined) return;
      found += 1;
      const snippet = snippetOf(long, [phraseOf(term)], room);
      expect(snippet).toMatchObject({ matches: expect.arrayContaining([expect.anything()]) });
      for (const [start, end] of snippet.matches)
        expect(Array.from(wordsOf(snippet.text.slice(start, end)))).not.toEqual([]);
    }),
    { numRuns: 3_000 },
  );
  expect(found).toBeGreaterThan(500);
});

test.each<[string, string, string]>([
  ['the first match, in a line', 'one\n\n two\tthree', '[one] two three'],
  ['accents and case', 'Une Étude de cas', 'Une [Étude] de cas'],
  ['characters that a terminal would interpret', 'one \u202etude\u001b[2J', '[one] \ufffdtude\ufffd[2J'],
  ['the stretch with both words', `one ${'x '.repeat(200)}etude one`, `…${'x '.repeat(25)}[etude] [one]`],
])('shows %s', (_, text, shown) => {
  const phrases = [phraseOf({ text: 'one' }), phraseOf({ text: 'étude' })];
  expect(bracketed(text, phrases)).toBe(shown);
});

function bracketed(text: string, phrases: ReturnType<typeof phraseOf>[]): string {
  const snippet = snippetOf(text, phrases);
  return snippet.matches
    .toReversed()
    .reduce(
      (line, [start, end]) => `${line.slice(0, start)}[${line.slice(start, end)}]${line.slice(end)}`,
      snippet.text,
    );
}

test('words match by their beginnings, a quoted phrase by whole words, and short words as they are', () => {
  const text = 'The annual reporting of an annals archive';
  const shown = (term: string, isQuoted: boolean) => bracketed(text, [phraseOf({ text: term, isQuoted })]);
  expect(shown('report', false)).toContain('[reporting]');
  expect(shown('report', true)).not.toContain('[');
  expect(shown('annual reporting', true)).toContain('[annual reporting]');
  expect(shown('an', false)).toBe('The annual reporting of [an] annals archive');
});

test('a snippet is about as long as asked, and cut between words', () => {
  const text = `${'lorem ipsum '.repeat(50)}needle ${'dolor sit '.repeat(50)}`;
  const { text: shown, at } = snippetOf(text, [phraseOf({ text: 'needle' })]);
  expect(shown).toMatch(/^…(?:lorem|ipsum) .* needle .* (?:dolor|sit)…$/);
  expect(shown.length).toBeGreaterThan(130);
  expect(shown.length).toBeLessThan(170);
  expect(text.slice(at, at + 6)).toBe('needle');
});
