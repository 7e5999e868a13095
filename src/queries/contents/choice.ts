import type { ContentSettings } from '../../model/settings';
import type { Reader } from '../../store/reader';
import type { Target } from '../files/items';
import { PLACES, readRoots, type Place } from '../files/places';
import { filterOf, type Condition, type FilterContext } from '../search/conditions';
import type { Filter } from '../search/filters';
import { parseQuery } from '../search/query';
import { QueryError } from '../search/query-error';

/** The filters that say which files to keep. Those of texts would depend on what they decide. */
const KINDS: ReadonlySet<string> = new Set<Filter['kind']>([
  'type',
  'owner',
  'before',
  'after',
  'in',
  'larger',
  'smaller',
  'is',
]);

/** An `in:` and the folder that it names. */
const IN = /(?<=^|[\s-])in:(?:"([^"]*)"?|(\S+))/giu;

/**
 * Checks a choice of files, and names its folders in a form that a rename or a move does not change. `folderOf`
 * finds the folder that a person names.
 * @throws QueryError if it has anything but filters.
 */
export function checkedChoice(text: string, folderOf: (named: string) => Target): string {
  if (text.trim() === '') return '';
  parseChoice(text);
  return text.replaceAll(IN, (_, quoted: string | undefined, word: string | undefined) => {
    return `in:"${nameOf(folderOf(quoted ?? word ?? ''))}"`;
  });
}

function parseChoice(text: string): ReturnType<typeof parseQuery> {
  const query = parseQuery(text, Date.now());
  const { terms, excludedTerms, patterns, excludedPatterns, filters, excludedFilters } = query;
  const isName = [terms, excludedTerms, patterns, excludedPatterns].some((parts) => parts.length > 0);
  if (!isName && [...filters, ...excludedFilters].every(({ kind }) => KINDS.has(kind))) return query;
  throw new QueryError(
    'files are chosen by filters, not by words',
    'for example type:pdf, or in:"/My Drive/Private"',
  );
}

/** A value that is 1 for a row of `file` that the settings leave out, and otherwise 0. */
export function leftOutOf(reader: Reader, { include, exclude }: ContentSettings): Condition {
  if (include === '' && exclude === '') return { sql: '0', params: [] };
  const context = { roots: readRoots(reader), folderOf: toTarget };
  const wanted = include === '' ? undefined : matching(reader, include, context);
  const unwanted = exclude === '' ? undefined : matching(reader, exclude, context);
  const parts = [
    ...(wanted === undefined ? [] : [`NOT coalesce(${wanted.sql}, 0)`]),
    ...(unwanted === undefined ? [] : [`coalesce(${unwanted.sql}, 0)`]),
  ];
  return {
    sql: `iif(${parts.join(' OR ')}, 1, 0)`,
    params: [...(wanted?.params ?? []), ...(unwanted?.params ?? [])],
  };
}

const EVERYTHING = '/';

/** The id of a folder, or the path of a place, which has none. */
function nameOf(target: Target): string {
  if (target.kind === 'folder') return target.id;
  return target.place === 'all' ? EVERYTHING : `/${PLACES[target.place]}`;
}

function toTarget(named: string): Target {
  if (named === EVERYTHING) return { kind: 'place', place: 'all' };
  const place = (Object.keys(PLACES) as Place[]).find((each) => `/${PLACES[each]}` === named);
  return place === undefined ? { kind: 'folder', id: named } : { kind: 'place', place };
}

/** All filters of a choice. Unlike a search, it finds what is in the trash too. */
function matching(reader: Reader, text: string, context: FilterContext): Condition {
  const { filters, excludedFilters } = parseChoice(text);
  const wanted = filters.map((filter) => filterOf(reader, filter, context));
  const unwanted = excludedFilters.map((filter) => {
    const { sql, params } = filterOf(reader, filter, context);
    return { sql: `NOT coalesce((${sql}), 0)`, params };
  });
  const all = [...wanted, ...unwanted];
  return {
    sql: `(${all.map(({ sql }) => `(${sql})`).join(' AND ')})`,
    params: all.flatMap(({ params }) => params),
  };
}
