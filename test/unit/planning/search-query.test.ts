import { SEARCH_HELP } from '../../../src/commands/files/help';
import { FILTER_NAMES, MARKS } from '../../../src/queries/search/filters';
import { parseQuery } from '../../../src/queries/search/query';
import { QueryError } from '../../../src/queries/search/query-error';
import { matchOf } from '../../../src/queries/search/rank';

const NOW = Date.UTC(2026, 10, 25, 12);
const local = (year: number, month = 1, day = 1) => new Date(year, month - 1, day).getTime();
const texts = (query: string) => parseQuery(query, NOW).terms.map(({ text }) => text);

test.each([
  ['words', 'annual report', ['annual', 'report']],
  ['a phrase', '"annual report" 2025', ['annual report', '2025']],
  ['a phrase that does not end', '"annual report', ['annual report']],
  ['a colon that is no filter', '10:30 a:// http://x.y', ['10:30', 'a://', 'http://x.y']],
  ['quoted filters', '"foo:bar" "size>5M" "*.pdf"', ['foo:bar', 'size>5M', '*.pdf']],
  ['comparisons of anything else', 'a>b 1<2', ['a>b', '1<2']],
  ['operators of the index', 'a AND NEAR(b) + ^c', ['a', 'AND', 'NEAR(b)', '+', '^c']],
  ['other scripts', '四半期 отчёт', ['四半期', 'отчёт']],
])('%s are text', (_, query, expected) => {
  expect(texts(query)).toEqual(expected);
});

test('what has a minus is excluded, words and filters alike', () => {
  expect(parseQuery('report -draft -type:pdf - title:x', NOW)).toEqual({
    terms: [
      { text: 'report', nameOnly: false },
      { text: 'x', nameOnly: true },
    ],
    excludedTerms: [{ text: 'draft', nameOnly: false }],
    patterns: [],
    excludedPatterns: [],
    filters: [],
    excludedFilters: [{ kind: 'type', types: ['application/pdf'] }],
  });
});

test('a query may consist of what is excluded', () => {
  const query = parseQuery('-draft -is:owned -*.tmp', NOW);
  expect(query.excludedTerms).toEqual([{ text: 'draft', nameOnly: false }]);
  expect(query.excludedFilters).toEqual([{ kind: 'is', mark: 'owned' }]);
  expect(query.excludedPatterns).toEqual(['*.tmp']);
});

test.each([
  ['*.pdf', '*.pdf'],
  ['report-20??.docx', 'report-20??.docx'],
  ['title:re*', 're*'],
  ['name:re*', 're*'],
  ['ext:pdf', '*.pdf'],
  ['ext:.tar.gz', '*.tar.gz'],
])('%s is a pattern', (query, pattern) => {
  expect(parseQuery(query, NOW)).toMatchObject({ terms: [], patterns: [pattern] });
});

test('name: and title: search the name only', () => {
  const terms = [{ text: 'report', nameOnly: true }];
  expect(parseQuery('name:report', NOW).terms).toEqual(terms);
  expect(parseQuery('title:report', NOW).terms).toEqual(terms);
});

const ofError = (query: string) => {
  try {
    parseQuery(query, NOW);
  } catch (error) {
    if (error instanceof QueryError) return `${error.message}; ${error.hint}`;
  }
  return 'no error';
};

test.each([
  [
    'tpye:pdf',
    `there is no filter "tpye:"; did you mean type:? quote it to search for the text: '"tpye:pdf"'`,
  ],
  ['report -onwer:me', 'did you mean owner:?'],
  ['foo:bar', 'filters are type: owner:'],
  ['size:>5M', 'use larger: or smaller:, for example larger:5M; quote'],
  ['size>5M', 'a filter has a colon, not ">"; use larger:'],
  ['type=pdf', 'a filter has a colon, not "="; use type:;'],
  ['modified:2026', 'use after: and before:'],
  ['Starred:true', 'use is:starred'],
  ["foo:it's", String.raw`'"foo:it'\''s"'`],
])('%s is no filter, and the error says what is', (query, says) => {
  expect(ofError(query)).toContain(says);
});

test.each([
  ['type:folder', { kind: 'type', types: ['application/vnd.google-apps.folder'] }],
  ['TYPE:Image', { kind: 'type', types: ['image/*'] }],
  ['type:text/plain', { kind: 'type', types: ['text/plain'] }],
  ['owner:me', { kind: 'owner', owner: 'me' }],
  ['owner:"a b"', { kind: 'owner', owner: 'a b' }],
  ['after:2025', { kind: 'after', atMs: local(2025) }],
  ['before:2025-03', { kind: 'before', atMs: local(2025, 3) }],
  ['before:2025-03-09', { kind: 'before', atMs: local(2025, 3, 9) }],
  ['after:7d', { kind: 'after', atMs: NOW - 7 * 86_400_000 }],
  ['in:"/My Drive/a b"', { kind: 'in', folder: '/My Drive/a b' }],
  ['larger:10', { kind: 'larger', bytes: 10 }],
  ['larger:1.5GB', { kind: 'larger', bytes: 1.5 * 1024 ** 3 }],
  ['smaller:10k', { kind: 'smaller', bytes: 10_240 }],
  ['is:starred', { kind: 'is', mark: 'starred' }],
])('%s is a filter', (query, filter) => {
  expect(parseQuery(query, NOW).filters).toEqual([filter]);
});

test.each([
  ['type:nonsense', /not a type of file/],
  ['after:2025-02-30', /not a date/],
  ['before:soon', /not a date/],
  ['larger:much', /not a size/],
  ['is:green', /no filter is:green/],
  ['type:', /needs a value/],
  ['  ', /nothing to search for/],
  ['-', /nothing to search for/],
  ['""', /nothing to search for/],
])('%s cannot be understood', (query, message) => {
  expect(() => parseQuery(query, NOW)).toThrow(QueryError);
  expect(() => parseQuery(query, NOW)).toThrow(message);
});

test.each([
  ['report', 'Report', 'exact'],
  ['report', 'report.pdf', 'exact'],
  ['resume', 'Résumé', 'exact'],
  ['annual report', 'Annual Report 2025.docx', 'prefix'],
  ['report', 'annual report', 'word'],
  ['report', 'annual_report', 'word'],
  ['port', 'report', 'text'],
  ['report 2025', '2025 report', 'word'],
  ['report', 'other', 'description'],
])('for %s the name %s is a match of kind %s', (query, name, kind) => {
  expect(matchOf(name, parseQuery(query, NOW))).toBe(kind);
});

test('the help has every filter', () => {
  for (const word of [...FILTER_NAMES.map((name) => `${name}:`), ...MARKS])
    expect(SEARCH_HELP).toContain(word);
});
