import { extractRtf } from '../../../src/content/extract/rtf';
import { extractedText, problemWith } from '../../support/extracted';

/** A loop would not end at all; a busy machine needs its time. */
const HOSTILE_LIMIT_MS = 120_000;

const rtf = (body: string) => `{\\rtf1\\ansi\\ansicpg1252\\deff0${body}}`;

test.each([
  ['paragraphs are lines', 'one\\par two\\line three', 'one\ntwo\nthree'],
  ['a word that groups split is one', 'in{\\b vo}{\\i\nice}', 'invoice'],
  ['cells are separate', '\\trowd a\\cell b\\cell\\row c\\cell d\\cell\\row', 'a\tb\t\nc\td\t'],
  [
    'tables of the header are no text',
    '{\\fonttbl{\\f0\\fswiss Arial;}}{\\colortbl;\\red1;}{\\stylesheet{\\s0 Normal;}}{\\info{\\author Ada}}text',
    'text',
  ],
  [
    'pictures and objects are no text',
    'a{\\pict\\wmetafile8 0102ff}{\\object{\\*\\objdata 0102}{\\result b}}',
    'ab',
  ],
  ['unknown destinations are no text', 'a{\\*\\unheard of}{\\unknown b}', 'ab'],
  ['binary data is skipped', 'a{\\pict\\bin5 }}{{\\}b', 'ab'],
  ['braces and backslashes', '\\{a\\}\\\\', '{a}\\'],
  ['characters of the code page', "caf\\'e9 \\'80", 'café €'],
  ['Unicode with a fallback', "\\u8364?5 \\uc2\\u26085\\'93\\'fa!\\uc0\\u-10179\\u-8704", '€5 日!😀'],
  ['a control word as a fallback', '\\u8211\\endash x', '–x'],
  ['the number of fallbacks ends with its group', '{\\uc0\\u228}\\u228?b', 'ääb'],
  ['hidden and deleted text', 'a{\\v hidden}b\\v c\\v0 d{\\deleted e}{\\v x\\plain f}', 'abdf'],
  ['quotes and dashes', '\\lquote a\\rquote\\emdash\\ldblquote b\\rdblquote', '‘a’—“b”'],
  ['hyphens that are not seen', 'in\\-voice well\\_known a\\~b', 'invoice well‑known a\u00a0b'],
  ['text boxes once', '{\\shp{\\*\\shpinst{\\sp{\\sn a}{\\sv 1}}{\\shptxt box}}{\\shprslt box}}', 'box'],
  ['footnotes and comments', 'a{\\footnote note}{\\*\\annotation remark} b', 'a\nnote\nremark\n b'],
  ['notes as LibreOffice writes them', 'a{\\*\\footnote\\ftnalt {no}te} b', 'a\nnote\n b'],
  ['instructions of fields are no text', '{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt link}}', 'link'],
  ['a dash after a word without a number', 'a\\par-b', 'a\n-b'],
])('%s', async (_, body, text) => {
  expect(await extractedText(extractRtf, rtf(body))).toBe(text);
});

test('fonts have code pages of their own', async () => {
  const fonts =
    "{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Arial;}{\\f2\\fcharset128 {\\*\\falt MS Mincho}\\'82;}}";
  const body = `${fonts}\\f0 caf\\'e9 {\\f1 \\'cc\\'e8\\'f0} \\f2\\'93\\'fa\\'96\\'7b \\plain\\'e9`;
  expect(await extractedText(extractRtf, rtf(body))).toBe('café Мир 日本 é');
});

test('the code page of the document is used', async () => {
  expect(await extractedText(extractRtf, "{\\rtf1\\ansi\\ansicpg932 \\'93\\'fa\\'96{\\b\\'7b}}")).toBe(
    '日本',
  );
});

test('long runs keep characters of two bytes whole', async () => {
  const body = `x${"\\'93\\'fa".repeat(5_000)}`;
  expect(await extractedText(extractRtf, `{\\rtf1\\ansicpg932 ${body}}`)).toBe(`x${'日'.repeat(5_000)}`);
});

test('a cut document keeps its text', async () => {
  expect(await extractedText(extractRtf, "{\\rtf1 kept {\\b te\\'")).toBe('kept te');
});

test('what is no RTF is malformed', async () => {
  expect(await problemWith(extractRtf, 'no rtf')).toBe('malformed');
});

describe('hostile documents end in time', () => {
  const million = 1_000_000;
  test.each([
    ['a million groups', `{\\rtf1 ${'{\\b x}'.repeat(million)}}`, undefined],
    ['a million nested groups', `{\\rtf1 ${'{'.repeat(million)}`, 'malformed'],
    ['a million words', `{\\rtf1 ${'\\u1 \\par\\f1'.repeat(million / 4)}}`, undefined],
    ['fallbacks without end', `{\\rtf1 \\uc999999999 ${'\\u1 x'.repeat(million / 4)}}`, undefined],
    ['a word without end', `{\\rtf1 \\${'a'.repeat(5 * million)}}`, undefined],
    ['binary data beyond the end', '{\\rtf1 a\\bin2147483647 ', undefined],
    ['a million fonts', `{\\rtf1{\\fonttbl${'{\\f1\\fcharset204 x;}'.repeat(million / 4)}}}`, undefined],
  ])(
    '%s',
    async (_, text, problem) => {
      expect(await problemWith(extractRtf, text)).toBe(problem);
    },
    HOSTILE_LIMIT_MS,
  );
});
