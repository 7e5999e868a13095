import { formatTable as formatFor, type Cell, type Column } from '../../../src/commands/render/table';
import { formatCount, formatSpan, formatTime, printable } from '../../../src/commands/render/text';

const PIPE = {};
const WIDE = { isTTY: true, columns: 500 };

/** A table on a terminal that is wide enough. */
function formatTable(columns: readonly (string | Column)[], rows: readonly (readonly Cell[])[]): string[] {
  return formatFor(columns, rows, WIDE);
}

test('in a pipe, fields are whole, separated by tabs, without a header; values are exact', () => {
  const rows = [['a\tb', 1_234_567, { shown: '1.2 MB', value: 1_258_291 }, '']];
  expect(formatFor(['name', 'n', 'size', 'none'], rows, PIPE)).toEqual(['a\uFFFDb\t1234567\t1258291\t']);
});

describe('on a narrow terminal', () => {
  const columns = ['NAME', { title: 'OWNER', optional: true }, { title: 'ID', whole: true }];
  const rows = [['a name of twenty-four ch', 'someone@example.com', 'id-0123456789']];
  const lines = (width: number) => formatFor(columns, rows, { isTTY: true, columns: width });

  test('the widest columns are cut, never one that has to be whole', () => {
    expect(lines(80)[1]).toBe('a name of twenty-four ch  someone@example.com  id-0123456789');
    expect(lines(57)[1]).toBe('a name of twenty-fou…  someone@example.com  id-0123456789');
    for (const width of [40, 45, 55])
      for (const line of lines(width)) expect(line.length).toBeLessThanOrEqual(width);
  });

  test('an optional column is left out before a name is cut to less than 20', () => {
    expect(lines(50)).toEqual(['NAME                      ID', 'a name of twenty-four ch  id-0123456789']);
    expect(lines(30)).toEqual(['NAME             ID', 'a name of twen…  id-0123456789']);
  });

  test('a path is cut at its beginning, wide characters as a whole', () => {
    const path = { title: 'WHERE', keepsEnd: true };
    const at = (width: number) =>
      formatFor([path], [['/日本語/Photos/2026']], { isTTY: true, columns: width })[1];
    expect(at(13)).toBe('…/Photos/2026');
    expect(at(15)).toBe('…語/Photos/2026');
    expect(at(14)).toBe('…/Photos/2026');
  });
});

test('a column of sizes is aligned to the right, with gaps', () => {
  const rows = [[{ shown: '9 B', value: 9 }], [''], [{ shown: '10.0 KB', value: 10_240 }]];
  expect(formatTable(['SIZE'], rows)).toEqual(['   SIZE', '    9 B', '', '10.0 KB']);
});

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
  { name: 'an astral ideograph', text: '𠮷', padding: 6 },
  { name: 'a flag', text: '🇩🇪', padding: 6 },
  { name: 'a family', text: '👨‍👩‍👧', padding: 6 },
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
