import { countOf, formatAge, formatSize, shortened } from '../../../src/commands/render/text';

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1.0 KB'],
  [102_400, '100 KB'],
  [1_048_576, '1.0 MB'],
  [5n * 1024n ** 4n, '5.0 TB'],
  [undefined, ''],
])('%s bytes are shown as %j', (bytes, shown) => {
  expect(formatSize(bytes)).toBe(shown);
});

const NOW = 1_000_000_000_000;

test.each([
  [0, '0 s ago'],
  [59_000, '59 s ago'],
  [60_000, '1 min ago'],
  [3_599_000, '60 min ago'],
  [3_600_000, '1 h ago'],
  [47 * 3_600_000, '47 h ago'],
  [72 * 3_600_000, '3 days ago'],
  [-5_000, '0 s ago'],
])('%s ms before now is %j', (ms, shown) => {
  expect(formatAge(NOW - ms, NOW)).toBe(shown);
});

test('a count has its noun, in the plural except for one', () => {
  expect([0, 1, 2, 1_200].map((count) => countOf(count, 'file'))).toEqual([
    '0 files',
    '1 file',
    '2 files',
    '1,200 files',
  ]);
});

test('a text is cut by characters, not by halves of them', () => {
  expect(shortened('a😀b😀c', 4)).toBe('a😀b…');
  expect(shortened('abc', 3)).toBe('abc');
});
