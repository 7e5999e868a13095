import { contentFilter, FILTERS, type Filter } from './filters';
import { QueryError } from './query-error';
import { unknownFilter, wrongComparison } from './unknown-filter';

/** A text that the name must contain, or the name, the description or the contents. */
export interface Term {
  text: string;
  nameOnly: boolean;
  /** In contents, a text in quotes stands for whole words. */
  isQuoted?: boolean;
}

/**
 * A parsed query. A file must meet all terms, patterns and filters, and none of the excluded ones. A pattern
 * is a whole name with `*` for any characters and `?` for one.
 */
export interface SearchQuery {
  terms: readonly Term[];
  excludedTerms: readonly Term[];
  patterns: readonly string[];
  excludedPatterns: readonly string[];
  filters: readonly Filter[];
  excludedFilters: readonly Filter[];
}

/** A word or a quoted phrase, perhaps after a minus and the name of a filter. */
const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S*))/giu;

/** A part of a query, perhaps excluded. */
type Part = { excluded: boolean } & (
  | { kind: 'filter'; filter: Filter }
  | { kind: 'pattern'; pattern: string }
  | { kind: 'term'; term: Term }
);

/**
 * Parses a query in the syntax of Drive's own search: words, "phrases", patterns as `*.pdf`, -excluded ones,
 * and filters such as `type:pdf`.
 * @throws QueryError if a filter is not valid, or nothing is searched for.
 */
export function parseQuery(text: string, nowMs: number): SearchQuery {
  const parts = [...text.matchAll(TOKEN)]
    .filter(([whole]) => whole !== '')
    .map((token) => toPart(token, nowMs))
    .filter((part) => part.kind !== 'term' || part.term.text.trim() !== '');
  if (parts.length > 0) return queryOf(parts);
  throw new QueryError(
    'there is nothing to search for',
    'give words, or filters such as type:pdf larger:10M after:2026-01',
  );
}

function queryOf(parts: readonly Part[]): SearchQuery {
  const wanted = parts.filter(({ excluded }) => !excluded);
  const unwanted = parts.filter(({ excluded }) => excluded);
  return {
    terms: wanted.flatMap((part) => (part.kind === 'term' ? [part.term] : [])),
    excludedTerms: unwanted.flatMap((part) => (part.kind === 'term' ? [part.term] : [])),
    patterns: wanted.flatMap((part) => (part.kind === 'pattern' ? [part.pattern] : [])),
    excludedPatterns: unwanted.flatMap((part) => (part.kind === 'pattern' ? [part.pattern] : [])),
    filters: wanted.flatMap((part) => (part.kind === 'filter' ? [part.filter] : [])),
    excludedFilters: unwanted.flatMap((part) => (part.kind === 'filter' ? [part.filter] : [])),
  };
}

function toPart([whole, minus, rawName, quoted, word]: RegExpMatchArray, nowMs: number): Part {
  const value = quoted ?? word ?? '';
  const excluded = minus === '-' && value !== '';
  // An address such as http://example.com is a text.
  if (rawName === undefined || word?.startsWith('//') === true) {
    const text = rawName === undefined ? value : `${rawName}:${value}`;
    const wrong = word === undefined ? undefined : wrongComparison(word);
    if (wrong !== undefined) throw wrong;
    return { excluded, ...textPart(text, { isQuoted: quoted !== undefined, nameOnly: false }) };
  }
  return { excluded, ...filterPart(rawName.toLowerCase(), { whole, value, quoted, nowMs }) };
}

type Content<P = Part> = P extends Part ? Omit<P, 'excluded'> : never;

function textPart(text: string, { isQuoted, nameOnly }: { isQuoted: boolean; nameOnly: boolean }): Content {
  return !isQuoted && /[*?]/.test(text)
    ? { kind: 'pattern', pattern: text }
    : { kind: 'term', term: { text, nameOnly, ...(isQuoted && { isQuoted }) } };
}

function filterPart(
  name: string,
  {
    whole,
    value,
    quoted,
    nowMs,
  }: { whole: string; value: string; quoted: string | undefined; nowMs: number },
): Content {
  const parse = FILTERS.get(name);
  const isName = name === 'title' || name === 'name';
  if (parse === undefined && !isName && name !== 'ext' && name !== 'content')
    throw unknownFilter(name, whole.replace(/^-/, ''));
  if (value === '') throw new QueryError(`${name}: needs a value`, `give it without a space: ${name}:value`);
  if (name === 'content') return { kind: 'filter', filter: contentFilter(value, quoted !== undefined) };
  if (parse !== undefined) return { kind: 'filter', filter: parse(value, nowMs) };
  if (isName) return textPart(value, { isQuoted: quoted !== undefined, nameOnly: true });
  return { kind: 'pattern', pattern: `*.${value.replace(/^\./, '')}` };
}
