import { timeRank, type Corpus } from '../corpus/corpus';
import { FOLDER } from '../drive/drive-file';
import { ApiError, internalError, invalidValue } from '../http/api-error';

/** One key of `orderBy`. */
export interface SortKey {
  name: SortName;
  descending: boolean;
}

type SortName =
  | 'createdTime'
  | 'folder'
  | 'modifiedByMeTime'
  | 'modifiedTime'
  | 'name'
  | 'name_natural'
  | 'quotaBytesUsed'
  | 'recency'
  | 'sharedWithMeTime'
  | 'starred'
  | 'viewedByMeTime';

/** The value of a file for a sort key. */
type SortValue = (corpus: Corpus, slot: number) => string | number;

const SORT_VALUES: Readonly<Record<SortName, SortValue>> = {
  createdTime: ({ readers }, slot) => rank(readers.createdTime(slot)),
  folder: ({ readers }, slot) => (readers.mimeType(slot) === FOLDER ? 0 : 1),
  modifiedByMeTime: ({ readers }, slot) => rank(readers.modifiedByMeTime(slot)),
  modifiedTime: (corpus, slot) => timeRank(corpus.modifiedTime(slot)),
  name: ({ readers }, slot) => (readers.name(slot) ?? '').toLowerCase(),
  // Numbers in names compare by value.
  name_natural: ({ readers }, slot) =>
    (readers.name(slot) ?? '').toLowerCase().replaceAll(/\d+/g, (digits) => digits.padStart(20, '0')),
  quotaBytesUsed: ({ readers }, slot) => Number(readers.quotaBytesUsed(slot) ?? 0),
  recency: (corpus, slot) => {
    const { createdTime, viewedByMeTime, sharedWithMeTime } = corpus.readers;
    const others = [createdTime(slot), viewedByMeTime(slot), sharedWithMeTime(slot)];
    return Math.max(timeRank(corpus.modifiedTime(slot)), ...others.map(rank));
  },
  sharedWithMeTime: ({ readers }, slot) => rank(readers.sharedWithMeTime(slot)),
  starred: ({ readers }, slot) => (readers.starred(slot) === true ? 1 : 0),
  viewedByMeTime: ({ readers }, slot) => rank(readers.viewedByMeTime(slot)),
};

/**
 * Parses `orderBy`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/list
 * @throws ApiError for unknown and repeated keys, and for `name,starred`, to which Drive responds with 500.
 */
export function parseOrderBy(text: string): SortKey[] {
  if (text.trim() === '') return [];
  const keys = text.split(',').map(parseKey);
  const names = keys.map(({ name }) => name);
  if (new Set(names).size < names.length) {
    const message = 'The orderBy parameter contains duplicate sort keys.';
    throw new ApiError(403, { reason: 'orderByContainsDuplicateSortKeys', message, location: 'orderBy' });
  }
  if (names.join(',') === 'name,starred') throw internalError();
  return keys;
}

function parseKey(text: string): SortKey {
  const [name = '', direction = 'asc', ...rest] = text.trim().split(/ +/);
  if (!isSortName(name) || !['asc', 'desc'].includes(direction) || rest.length > 0)
    throw invalidValue('orderBy');
  return { name, descending: direction === 'desc' };
}

function isSortName(name: string): name is SortName {
  return Object.hasOwn(SORT_VALUES, name);
}

/** The values of a file for sort keys. */
export function sortValues(keys: readonly SortKey[], corpus: Corpus, slot: number): (string | number)[] {
  return keys.map(({ name }) => SORT_VALUES[name](corpus, slot));
}

/** Compares two files by their sort values: negative if the first comes first. */
export function compareSortValues(
  keys: readonly SortKey[],
  a: readonly (string | number)[],
  b: readonly (string | number)[],
): number {
  for (const [index, { descending }] of keys.entries()) {
    const left = a[index] ?? 0;
    const right = b[index] ?? 0;
    if (left !== right) return left < right === descending ? 1 : -1;
  }
  return 0;
}

function rank(time: string | undefined): number {
  return timeRank(Date.parse(time ?? ''));
}
