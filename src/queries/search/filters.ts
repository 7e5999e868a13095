import { MOMENT_EXAMPLES, toMoment } from '../../model/moment';
import { toTypes } from './file-types';
import { QueryError } from './query-error';

/** A condition on a file. Bytes, and ms since 1970. */
export type Filter =
  | { kind: 'type'; types: readonly string[] }
  | { kind: 'owner'; owner: string }
  | { kind: 'before' | 'after'; atMs: number }
  | { kind: 'in'; folder: string }
  | { kind: 'larger' | 'smaller'; bytes: number }
  | { kind: 'is'; mark: Mark }
  | { kind: 'has' }
  | { kind: 'content'; text: string; isQuoted: boolean };

/** The values of `is:`. */
export const MARKS = [
  'starred',
  'trashed',
  'shared',
  'owned',
  'empty',
  'orphan',
  'duplicate',
  'dangling',
] as const;

/** A property that `is:` tests. */
export type Mark = (typeof MARKS)[number];

type FilterParser = (value: string, nowMs: number) => Filter;

/** The parsers of the filters that test other things than the name. */
export const FILTERS: ReadonlyMap<string, FilterParser> = new Map<string, FilterParser>([
  ['type', (value) => ({ kind: 'type', types: toTypes(value) })],
  ['owner', (owner) => ({ kind: 'owner', owner })],
  ['before', (value, now) => ({ kind: 'before', atMs: toMomentOf(value, now) })],
  ['after', (value, now) => ({ kind: 'after', atMs: toMomentOf(value, now) })],
  ['in', (folder) => ({ kind: 'in', folder })],
  ['larger', (value) => ({ kind: 'larger', bytes: toBytes('larger', value) })],
  ['smaller', (value) => ({ kind: 'smaller', bytes: toBytes('smaller', value) })],
  ['is', (value) => ({ kind: 'is', mark: toMark(value) })],
  ['has', toHas],
]);

/** The filters that test the contents. */
const CONTENT_FILTERS = ['content'] as const;

/** The filters that test the name. */
const NAME_FILTERS = ['title', 'name', 'ext'] as const;

/** The names of all filters. */
export const FILTER_NAMES: readonly string[] = [...FILTERS.keys(), ...NAME_FILTERS, ...CONTENT_FILTERS];

/** Names all filters, for the hint of an error. */
export const FILTERS_HINT = `filters are ${FILTER_NAMES.map((name) => `${name}:`).join(' ')}`;

/**
 * The filter for words in the contents.
 * @throws QueryError if there is no word in its value.
 */
export function contentFilter(text: string, isQuoted: boolean): Filter {
  if (/[\p{L}\p{N}]/u.test(text)) return { kind: 'content', text, isQuoted };
  throw new QueryError(
    `there is no word in ${JSON.stringify(`content:${text}`)}`,
    'contents are searched for words, as in content:"annual report"',
  );
}

function toHas(value: string): Filter {
  if (value.toLowerCase() === 'text') return { kind: 'has' };
  throw new QueryError(`there is no filter has:${value}`, 'there is has:text');
}

function toMark(value: string): Mark {
  const mark = MARKS.find((each) => each === value.toLowerCase());
  if (mark !== undefined) return mark;
  throw new QueryError(
    `there is no filter is:${value}`,
    `there are ${MARKS.map((each) => `is:${each}`).join(', ')}`,
  );
}

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

function toBytes(name: string, value: string): number {
  const [, number = '', unit = ''] = /^(\d+(?:\.\d+)?)([KMGT]?)i?B?$/i.exec(value) ?? [];
  const bytes = Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN);
  if (number !== '' && Number.isFinite(bytes)) return bytes;
  throw new QueryError(
    `${JSON.stringify(value)} is not a size`,
    `give bytes, or a number with a unit: ${name}:10K ${name}:5M ${name}:1.5G`,
  );
}

/** The moment that a filter names, in ms since 1970. */
function toMomentOf(value: string, nowMs: number): number {
  const at = toMoment(value, nowMs);
  if (at !== undefined) return at;
  throw new QueryError(`${JSON.stringify(value)} is not a date`, `dates are ${MOMENT_EXAMPLES}`);
}
