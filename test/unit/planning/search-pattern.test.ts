import * as fc from 'fast-check';
import { likeOf, literalsOf, matchesPattern } from '../../../src/queries/search/pattern';

test.each([
  ['report.pdf', '*.pdf', true],
  ['report.pdf', '*.PDF', false],
  ['report-2024.docx', 'report-20??.docx', true],
  ['report-204.docx', 'report-20??.docx', false],
  ['report', 'report', true],
  ['reports', 'report', false],
  ['', '*', true],
  ['', '?', false],
  ['😀', '?', true],
  ['a*b', 'a*b', true],
  ['mississippi', '*is*ip*', true],
  ['mississippi', '*ip*is*', false],
])('%j matches %s: %s', (text, pattern, expected) => {
  expect(matchesPattern(text, pattern)).toBe(expected);
});

test('a pattern matches what the same regular expression matches', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '*', '?', '😀'), maxLength: 12 });
  fc.assert(
    fc.property(text, text, (name, pattern) => {
      const source = Array.from(pattern, (each) =>
        each === '*' ? '[^]*' : each === '?' ? '[^]' : each,
      ).join('');
      expect(matchesPattern(name, pattern)).toBe(new RegExp(`^${source}$`, 'u').test(name));
    }),
    { seed: 1, numRuns: 2_000 },
  );
});

test('many stars cost little', () => {
  expect(matchesPattern('a'.repeat(2_000), `${'*a'.repeat(200)}*b`)).toBe(false);
});

test('the parts between the wildcards', () => {
  expect(literalsOf('*ab?*cd')).toEqual(['', 'ab', 'cd']);
});

test('LIKE is at least as wide', () => {
  expect(likeOf(String.raw`50%_\*?é.pdf`)).toBe(String.raw`50\%\_\\%_%.pdf`);
});
