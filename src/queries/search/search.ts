import { fold } from '../../model/fold';
import type { SqlValue } from '../../model/values';
import { Best } from './best';
import { contains, matchOf, MATCHES, type Match } from './rank';
import type { Filter, SearchQuery, Term } from './query';
import type { Reader, Row } from '../../store/reader';
import { freshness } from '../jobs/freshness';
import { ITEM_COLUMNS, toItem, type Item } from '../files/items';
import { text } from '../row-values';
import { folderIdsBelow, scopeOf } from '../files/space';
import type { Roots } from '../files/places';
import type { Target } from '../files/items';

/** A match, and how well its name matches. */
export interface Hit extends Item {
  match: Match;
}

/** The matches, the best first. `more`: there are more than the limit. */
export interface Found {
  hits: Hit[];
  more: boolean;
}

/** How to search. `folderOf` finds the folder that a person names. */
export interface SearchLimits {
  limit: number;
  roots: Roots;
  folderOf: (named: string) => Target;
}

/** The number of most recent matches that are ranked. */
const CANDIDATES = 300;
/** The trigram index answers only terms of at least three characters. */
const SHORTEST_INDEXED = 3;
const BEGIN = '\u0002';
const END = '\u0003';

/** Conditions on the rows of `file`, and their parameters. */
interface Condition {
  sql: string;
  params: SqlValue[];
}

/**
 * Finds files by name and filters. Equal names come first, then names that begin alike, then the most recent
 * files.
 */
export function searchFiles(reader: Reader, query: SearchQuery, options: SearchLimits): Found {
  const condition = conditionOf(reader, query, options);
  const wanted = options.limit + 1;
  const best = new Best(wanted, byRank);
  const passes = freshness(reader).indexed ? indexedPasses(query) : undefined;
  if (passes === undefined) for (const hit of hitsIn(scan(reader, condition), query)) best.add(hit);
  else
    for (const hit of candidates(reader, { passes, query, condition, most: Math.max(CANDIDATES, wanted) }))
      best.add(hit);
  const hits = best.list();
  return { hits: hits.slice(0, options.limit), more: hits.length > options.limit };
}

interface Passes {
  passes: readonly (string | undefined)[];
  query: SearchQuery;
  condition: Condition;
  /** New matches that one pass adds. */
  most: number;
}

/** The matches of all passes, each file once. */
function* candidates(reader: Reader, { passes, query, condition, most }: Passes): Generator<Hit> {
  const seen = new Set<string>();
  for (const match of passes) {
    const rows = lookUp(reader, match, match === undefined ? withTexts(condition, query) : condition);
    const limit = seen.size + most;
    for (const hit of hitsIn(rows, query)) {
      if (seen.has(hit.id)) continue;
      seen.add(hit.id);
      yield hit;
      if (seen.size >= limit) break;
    }
  }
}

function* hitsIn(rows: Iterable<Row>, query: SearchQuery): Generator<Hit> {
  for (const row of rows) {
    const item = toItem(row);
    if (fits({ name: item.name, description: text(row, 'description') ?? '' }, query))
      yield { ...item, match: matchOf(item.name, query) };
  }
}

/** Decides what the trigram index cannot. */
function fits(file: { name: string; description: string }, { terms, excludedTerms }: SearchQuery): boolean {
  return terms.every((term) => contains(file, term)) && !excludedTerms.some((term) => contains(file, term));
}

function byRank(a: Hit, b: Hit): number {
  const rank = MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match);
  return rank === 0 ? compareTimes(b.modifiedTime, a.modifiedTime) : rank;
}

function compareTimes(a = '', b = ''): number {
  return a < b ? -1 : Number(a > b);
}

/**
 * The queries to the index: equal names, names that begin alike, and all matches. Undefined: the index cannot
 * help.
 */
function indexedPasses({ terms }: SearchQuery): (string | undefined)[] {
  const whole = fold(terms.map((term) => term.text).join(' '));
  const long = terms.filter((term) => lengthOf(fold(term.text)) >= SHORTEST_INDEXED);
  const all = long.length === 0 ? undefined : long.map(matchTerm).join(' AND ');
  if (lengthOf(whole) < SHORTEST_INDEXED - 1) return [all];
  const exact = `${phrase(`${BEGIN}${whole}${END}`)} OR ${phrase(`${BEGIN}${whole}.`)}`;
  return [`name : (${exact})`, `name : ${phrase(`${BEGIN}${whole}`)}`, all];
}

function matchTerm({ text: term, nameOnly }: Term): string {
  return `${nameOnly ? 'name : ' : ''}${phrase(fold(term))}`;
}

/** Counts characters as the index does. */
function lengthOf(term: string): number {
  return Array.from(term).length;
}

function phrase(term: string): string {
  return `"${term.replaceAll('"', '""')}"`;
}

const COLUMNS = `${ITEM_COLUMNS}, file.description`;

/** The matching files, the most recent first, for as long as the caller reads. */
function lookUp(reader: Reader, match: string | undefined, { sql, params }: Condition): Iterable<Row> {
  const found =
    match === undefined
      ? `search_doc CROSS JOIN file ON file.pk = file_pk WHERE ${sql} ORDER BY search_doc.rank DESC`
      : /* sql */ `search_text CROSS JOIN search_doc ON search_doc.rank = search_text.rowid CROSS JOIN file ON file.pk = file_pk
          WHERE search_text MATCH ? AND ${sql} ORDER BY search_text.rowid DESC`;
  const columns = COLUMNS.replace('name,', 'file.name,');
  return reader.iterate(
    `SELECT ${columns} FROM ${found}`,
    ...(match === undefined ? [] : [match]),
    ...params,
  );
}

/** Without a term of three characters, it scans all indexed texts, but not all files. */
function withTexts({ sql, params }: Condition, { terms }: SearchQuery): Condition {
  const variants = terms.map(({ text: term }) => {
    const lower = fold(term).toLowerCase();
    // SQLite folds the case of ASCII letters only.
    return [...new Set([lower, lower.toUpperCase(), lower.charAt(0).toUpperCase() + lower.slice(1)])];
  });
  const has = 'instr(lower(search_doc.name), ?) OR instr(lower(search_doc.description), ?)';
  const texts = variants.map((each) => `(${each.map(() => has).join(' OR ')})`);
  return {
    sql: [...texts, sql].join(' AND '),
    params: [...variants.flat().flatMap((each) => [each, each]), ...params],
  };
}

/** All matching files: without an index, it scans everything. */
function scan(reader: Reader, { sql, params }: Condition): Iterable<Row> {
  return reader.iterate(`SELECT ${COLUMNS} FROM file WHERE ${sql}`, ...params);
}

function conditionOf(reader: Reader, query: SearchQuery, options: SearchLimits): Condition {
  const { filters, excludedFilters } = query;
  const conditions = [
    ...filters.map((filter) => filterOf(reader, filter, options)),
    ...excludedFilters.map((filter) => {
      const { sql, params } = filterOf(reader, filter, options);
      return { sql: `coalesce(${sql}, 0) = 0`, params };
    }),
  ];
  const saysTrash = [...filters, ...excludedFilters].some(
    ({ kind, ...rest }) => kind === 'is' && 'mark' in rest && rest.mark === 'trashed',
  );
  const all = [
    'removed_at IS NULL',
    ...(saysTrash ? [] : ['trashed IS NOT 1']),
    ...conditions.map(({ sql }) => sql),
  ];
  return {
    sql: all.map((each) => `(${each})`).join(' AND '),
    params: conditions.flatMap(({ params }) => params),
  };
}

const MARKS = {
  starred: 'starred = 1',
  trashed: 'trashed = 1',
  shared: 'shared = 1',
  owned: 'owned_by_me = 1',
};

const IN_FOLDERS = /* sql */ `
parent_id IN (SELECT value FROM json_each(?))
OR file.pk IN (SELECT file_pk FROM file_parent WHERE file_parent.parent_id IN (SELECT value FROM json_each(?)))
OR file.id IN (SELECT value FROM json_each(?))`;

function filterOf(reader: Reader, filter: Filter, { roots, folderOf }: SearchLimits): Condition {
  switch (filter.kind) {
    case 'type':
      return { sql: filter.types.map(() => 'mime_type GLOB ?').join(' OR '), params: [...filter.types] };
    case 'owner':
      return filter.owner === 'me'
        ? { sql: 'owned_by_me = 1', params: [] }
        : { sql: 'instr(lower(owner_email), ?) > 0', params: [filter.owner.toLowerCase()] };
    case 'before':
      return { sql: 'modified_time < ?', params: [new Date(filter.atMs).toISOString()] };
    case 'after':
      return { sql: 'modified_time >= ?', params: [new Date(filter.atMs).toISOString()] };
    case 'larger':
      return { sql: 'size > ?', params: [Math.floor(filter.bytes)] };
    case 'smaller':
      return { sql: 'size < ?', params: [Math.ceil(filter.bytes)] };
    case 'is':
      return { sql: MARKS[filter.mark], params: [] };
    case 'in': {
      const scope = scopeOf(reader, folderOf(filter.folder), roots);
      if (scope === undefined) return { sql: '1', params: [] };
      const folders = folderIdsBelow(reader, scope.folders);
      const inFolders = JSON.stringify(folders);
      return { sql: IN_FOLDERS, params: [inFolders, inFolders, JSON.stringify(scope.files)] };
    }
  }
}
