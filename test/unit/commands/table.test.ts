import { formatTable } from '../../../src/commands/render/table';
import { formatCount, formatSpan, formatTime, printable } from '../../../src/commands/render/text';

test('columns are aligned, numbers to the right with their thousands separated', () => {
  const rows = [
    ['a.txt', 5, 'x'],
    ['longer name', 1_234_567, 'y'],
  ];
  expect(formatTable(['name', 'size', 'end'], rows)).toEqual([
    'name              size  end',
    'a.txt                5  x',
    'longer name  1,234,567  y',
  ]);
});

test('a column with a single text among numbers is aligned to the left', () => {
  expect(formatTable(['n'], [[5], ['none'], [12]])).toEqual(['n', '5', 'none', '12']);
  expect(
    formatTable(
      ['n', 'x'],
      [
        [5, 'a'],
        ['none', 'b'],
      ],
    ),
  ).toEqual(['n     x', '5     a', 'none  b']);
});

test('a table of as many rows as a large folder has can be made', () => {
  const rows = Array.from({ length: 300_000 }, (_, at) => [at, 'x']);
  expect(formatTable(['#', 'NAME'], rows)).toHaveLength(300_001);
});

test('a table without rows is its header', () => {
  expect(formatTable(['name', 'size'], [])).toEqual(['name  size']);
});

test.each([
  { name: 'wide characters', text: '日本語', padding: 2 },
  { name: 'full-width letters', text: 'ＡＢ', padding: 4 },
  { name: 'Hangul', text: '한글', padding: 4 },
  { name: 'an emoji', text: '😀', padding: 6 },
  { name: 'a combining accent', text: 'e\u0301', padding: 7 },
  { name: 'an astral letter of width one', text: '𝒜', padding: 7 },
])('$name are measured as a terminal shows them', ({ text, padding }) => {
  const [, wide, plain] = formatTable(
    ['n', 'x'],
    [
      [text, '|'],
      ['12345678', '|'],
    ],
  );
  expect(wide).toBe(`${text}${' '.repeat(padding + 2)}|`);
  expect(plain).toBe('12345678  |');
});

test.each([
  { name: 'an escape sequence', text: 'a\u001b[31mred', shown: 'a\uFFFD[31mred' },
  { name: 'a terminal title', text: '\u001b]0;x\u0007', shown: '\uFFFD]0;x\uFFFD' },
  { name: 'a carriage return', text: 'good\rbad', shown: 'good\uFFFDbad' },
  { name: 'a line break', text: 'a\nb', shown: 'a\uFFFDb' },
  { name: 'a C1 control', text: 'a\u009b2J', shown: 'a\uFFFD2J' },
  { name: 'a right-to-left override', text: '\u202Egpj.exe', shown: '\uFFFDgpj.exe' },
  { name: 'an isolate', text: '\u2066x\u2069', shown: '\uFFFDx\uFFFD' },
  { name: 'a line separator', text: 'a\u2028b', shown: 'a\uFFFDb' },
  { name: 'NUL and DEL', text: '\u0000\u007f', shown: '\uFFFD\uFFFD' },
])('$name is made visible', ({ text, shown }) => {
  expect(printable(text)).toBe(shown);
  const [, row] = formatTable(['n', 'x'], [[text, '|']]);
  expect(row).toBe(`${shown}  |`);
});

test('ordinary text is shown as it is', () => {
  const text = 'ä ß 日本 😀 "quoted" \\ /';
  expect(printable(text)).toBe(text);
});

test.each([
  { ms: 0, text: '0.0 s' },
  { ms: 1_234.5, text: '1.2 s' },
  { ms: 59_940, text: '59.9 s' },
  { ms: 59_999, text: '1 min 0 s' },
  { ms: 60_000, text: '1 min 0 s' },
  { ms: 119_900, text: '2 min 0 s' },
  { ms: 3_599_900, text: '1 h 0 min' },
  { ms: 3_600_000, text: '1 h 0 min' },
  { ms: 90 * 60_000, text: '1 h 30 min' },
])('$ms ms are $text', ({ ms, text }) => {
  expect(formatSpan(ms)).toBe(text);
});

test('a count has its thousands separated', () => {
  expect(formatCount(1_234_567)).toBe('1,234,567');
});

test('a moment is told in local time, and none as nothing', () => {
  const at = new Date(2026, 0, 2, 3, 4, 5);
  expect(formatTime(at.getTime())).toBe('2026-01-02 03:04:05');
  expect(formatTime(undefined)).toBe('');
});
