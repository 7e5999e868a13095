import { MOMENT_EXAMPLES, toMoment } from '../../model/moment';

/** A condition on a file. Bytes, and ms since 1970. */
export type Filter =
  | { kind: 'type'; types: readonly string[] }
  | { kind: 'owner'; owner: string }
  | { kind: 'before' | 'after'; atMs: number }
  | { kind: 'in'; folder: string }
  | { kind: 'larger' | 'smaller'; bytes: number }
  | { kind: 'is'; mark: Mark };

/** A property that a filter tests. */
export type Mark = (typeof MARKS)[number];

/** A text that the name must contain, or the name or the description. */
export interface Term {
  text: string;
  nameOnly: boolean;
}

/** A parsed query. A file must meet all terms and filters, and none of the excluded ones. */
export interface SearchQuery {
  terms: readonly Term[];
  excludedTerms: readonly Term[];
  filters: readonly Filter[];
  excludedFilters: readonly Filter[];
}

/** A query that cannot be parsed. The message is for people. */
export class QueryError extends Error {
  override readonly name = 'QueryError';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

const MARKS = ['starred', 'trashed', 'shared', 'owned'] as const;
const GOOGLE = 'application/vnd.google-apps.';

/** MIME types by the words that Drive's own search uses; a star stands for anything. */
const TYPES: ReadonlyMap<string, readonly string[]> = new Map([
  ['folder', [`${GOOGLE}folder`]],
  ['shortcut', [`${GOOGLE}shortcut`]],
  ['document', [`${GOOGLE}document`, 'application/msword', '*wordprocessingml*', '*opendocument.text*']],
  [
    'spreadsheet',
    [`${GOOGLE}spreadsheet`, '*ms-excel*', '*spreadsheetml*', '*opendocument.spreadsheet*', 'text/csv'],
  ],
  [
    'presentation',
    [`${GOOGLE}presentation`, '*ms-powerpoint*', '*presentationml*', '*opendocument.presentation*'],
  ],
  ['form', [`${GOOGLE}form`]],
  ['drawing', [`${GOOGLE}drawing`]],
  ['pdf', ['application/pdf']],
  ['image', ['image/*']],
  ['video', ['video/*']],
  ['audio', ['audio/*']],
  [
    'archive',
    ['application/zip', '*compressed*', 'application/gzip', '*x-tar*', '*x-7z*', 'application/vnd.rar'],
  ],
  ['text', ['text/*']],
]);

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

type FilterParser = (value: string, nowMs: number) => Filter;

const FILTERS: ReadonlyMap<string, FilterParser> = new Map<string, FilterParser>([
  ['type', (value) => ({ kind: 'type', types: toTypes(value) })],
  ['owner', (owner) => ({ kind: 'owner', owner })],
  ['before', (value, now) => ({ kind: 'before', atMs: toMomentOf('before', value, now) })],
  ['after', (value, now) => ({ kind: 'after', atMs: toMomentOf('after', value, now) })],
  ['in', (folder) => ({ kind: 'in', folder })],
  ['larger', (value) => ({ kind: 'larger', bytes: toBytes('larger', value) })],
  ['smaller', (value) => ({ kind: 'smaller', bytes: toBytes('smaller', value) })],
  ['is', (value) => ({ kind: 'is', mark: toMark(value) })],
]);

/** A word or a quoted phrase, perhaps after a minus and the name of a filter. */
const TOKEN = /(-?)(?:([a-z]+):)?(?:"([^"]*)"?|(\S*))/giu;

/** A part of a query: a filter or a text, perhaps excluded. */
type Part = { excluded: boolean } & ({ kind: 'filter'; filter: Filter } | { kind: 'term'; term: Term });

/**
 * Parses a query in the syntax of Drive's own search: words, "phrases", -excluded ones, and filters as
 * `type:pdf`.
 * @throws QueryError if a filter is not valid, or nothing is searched for.
 */
export function parseQuery(text: string, nowMs: number): SearchQuery {
  const parts = [...text.matchAll(TOKEN)]
    .filter(([whole]) => whole !== '')
    .map((token) => toPart(token, nowMs));
  const terms = (excluded: boolean): Term[] =>
    parts.flatMap((part) =>
      part.kind === 'term' && part.excluded === excluded && part.term.text.trim() !== '' ? [part.term] : [],
    );
  const filters = (excluded: boolean): Filter[] =>
    parts.flatMap((part) => (part.kind === 'filter' && part.excluded === excluded ? [part.filter] : []));
  const query = {
    terms: terms(false),
    excludedTerms: terms(true),
    filters: filters(false),
    excludedFilters: filters(true),
  };
  if (query.terms.length + query.filters.length > 0) return query;
  throw new QueryError(
    'there is nothing to search for',
    'give words, or filters as type:pdf larger:10M after:2026-01',
  );
}

function toPart([whole, minus, rawName, quoted, word]: RegExpMatchArray, nowMs: number): Part {
  const name = rawName?.toLowerCase() ?? '';
  const value = quoted ?? word ?? '';
  const excluded = minus === '-' && value !== '';
  const parse = FILTERS.get(name);
  if (parse !== undefined) {
    if (value === '') throw new QueryError(`${name}: has no value`, HINT);
    return { kind: 'filter', excluded, filter: parse(value, nowMs) };
  }
  const nameOnly = name === 'title';
  // A colon after any other word is a part of the text, as in an address.
  const isPlain = rawName === undefined || nameOnly;
  const text = isPlain ? value : whole.replace(/^-/, '').replaceAll('"', '');
  return { kind: 'term', excluded, term: { text, nameOnly } };
}

const HINT = `filters are ${[...FILTERS.keys()].map((name) => `${name}:`).join(' ')} and title:`;

function toTypes(value: string): readonly string[] {
  const known = TYPES.get(value.toLowerCase());
  if (known !== undefined) return known;
  if (/^[\w.+*-]+\/[\w.+*-]*$/.test(value)) return [value.endsWith('/') ? `${value}*` : value];
  throw new QueryError(
    `type:${value} is no type of file`,
    `types are ${[...TYPES.keys()].join(', ')}, or a MIME type as image/*`,
  );
}

function toMark(value: string): Mark {
  const mark = MARKS.find((each) => each === value.toLowerCase());
  if (mark !== undefined) return mark;
  throw new QueryError(
    `is:${value} is nothing that a file can be`,
    MARKS.map((each) => `is:${each}`).join(', '),
  );
}

function toBytes(name: string, value: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)i?B?$/i.exec(value) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (number !== '' && Number.isFinite(bytes)) return bytes;
  throw new QueryError(`${name}:${value} is no size`, 'sizes are bytes, or 10K, 5M, 1.5G');
}

/** The moment that a filter names, in ms since 1970. */
function toMomentOf(name: string, value: string, nowMs: number): number {
  const at = toMoment(value, nowMs);
  if (at !== undefined) return at;
  throw new QueryError(`${name}:${value} is no date`, `dates are ${MOMENT_EXAMPLES}`);
}
