import { parseQuery, QueryError } from '../../../src/queries/search/query';
import { matchOf } from '../../../src/queries/search/rank';

const NOW = Date.UTC(2026, 10, 25, 12);
const local = (year: number, month = 1, day = 1) => new Date(year, month - 1, day).getTime();
const texts = (query: string) => parseQuery(query, NOW).terms.map(({ text }) => text);

test.each([
  ['words', 'annual report', ['annual', 'report']],
  ['a phrase', '"annual report" 2025', ['annual report', '2025']],
  ['a phrase that does not end', '"annual report', ['annual report']],
  ['a colon that is no filter', 'foo:bar http://x.y', ['foo:bar', 'http://x.y']],
  ['operators of the index', 'a AND NEAR(b) * ^c', ['a', 'AND', 'NEAR(b)', '*', '^c']],
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
    filters: [],
    excludedFilters: [{ kind: 'type', types: ['application/pdf'] }],
  });
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
  ['type:nonsense', /no type of file/],
  ['after:2025-02-30', /no date/],
  ['before:soon', /no date/],
  ['larger:much', /no size/],
  ['is:green', /nothing that a file can be/],
  ['type:', /has no value/],
  ['  ', /nothing to search for/],
  ['-draft', /nothing to search for/],
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
