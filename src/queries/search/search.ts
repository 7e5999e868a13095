import type { Reader, Row } from '../../store/reader';
import { ITEM_COLUMNS, toItem, type Item } from '../files/items';
import { orderOf, type SortKey } from '../files/order';
import { freshness } from '../jobs/freshness';
import { text } from '../row-values';
import { Best } from './best';
import { conditionOf, type Condition, type FilterContext } from './conditions';
import { allSource, hasTexts, indexedSources, type Source } from './indexed';
import type { SearchQuery } from './query';
import { fits, matchOf, MATCHES, type Match } from './rank';
import { sortedKeys } from './sorted';

/** A match, and how well its name matches. */
export interface NameHit extends Item {
  match: Match;
}

/** The matches, the best first. `more`: there are more than the limit. */
export interface NamesFound {
  hits: NameHit[];
  more: boolean;
}

/** How to search. Without `sort`, the best matches come first, and of equal ones the newest. */
export interface SearchLimits extends FilterContext {
  limit: number;
  sort?: SortKey | undefined;
}

/** The number of most recent matches that are ranked. */
const CANDIDATES = 300;
const COLUMNS = `file.pk, ${ITEM_COLUMNS.replace('name,', 'file.name,')}, file.description`;

/** What one search works with. `most`: the wanted hits and one more. */
interface Question {
  query: SearchQuery;
  condition: Condition;
  isIndexed: boolean;
  most: number;
}

/** Finds files by name and filters. */
export function searchFiles(reader: Reader, query: SearchQuery, options: SearchLimits): NamesFound {
  const { limit, sort } = options;
  const condition = conditionOf(reader, query, options);
  const question = { query, condition, isIndexed: freshness(reader).indexed, most: limit + 1 };
  const hits =
    sort === undefined && hasTexts(query)
      ? ranked(reader, question)
      : sorted(reader, question, sort ?? 'modified');
  return { hits: hits.slice(0, limit), more: hits.length > limit };
}

/** Equal names come first, then names that begin alike, then the most recent files. */
function ranked(reader: Reader, { query, condition, isIndexed, most }: Question): NameHit[] {
  const best = new Best(most, byRank);
  // Without an index, it scans everything.
  const found = isIndexed
    ? candidates(reader, query, {
        sources: indexedSources(query, condition),
        most: Math.max(CANDIDATES, most),
      })
    : hitsIn(lookUp(reader, { sql: `file WHERE ${condition.sql}`, params: condition.params }), query);
  for (const hit of found) best.add(hit);
  return best.list();
}

/** The matches in all sources, each file once. `most`: new matches that one source adds. */
function* candidates(
  reader: Reader,
  query: SearchQuery,
  { sources, most }: { sources: readonly Source[]; most: number },
): Generator<NameHit> {
  const seen = new Set<string>();
  for (const source of sources) {
    const limit = seen.size + most;
    for (const hit of hitsIn(lookUp(reader, source), query)) {
      if (seen.has(hit.id)) continue;
      seen.add(hit.id);
      yield hit;
      if (seen.size >= limit) break;
    }
  }
}

/** Rows of files, for as long as the caller reads. */
function lookUp(reader: Reader, { sql, params }: Source): Iterable<Row> {
  return reader.iterate(`SELECT ${COLUMNS} FROM ${sql}`, ...params);
}

function* hitsIn(rows: Iterable<Row>, query: SearchQuery): Generator<NameHit> {
  for (const row of rows) {
    const hit = toHit(row, query);
    if (fits({ name: hit.name, description: text(row, 'description') ?? '' }, query)) yield hit;
  }
}

function toHit(row: Row, query: SearchQuery): NameHit {
  const item = toItem(row);
  return { ...item, match: matchOf(item.name, query) };
}

function byRank(a: NameHit, b: NameHit): number {
  return MATCHES.indexOf(a.match) - MATCHES.indexOf(b.match) || orderOf('modified')(a, b);
}

/** The first hits in an order that only one column decides. It reads whole rows of these hits only. */
function sorted(reader: Reader, { query, condition, isIndexed, most }: Question, sort: SortKey): NameHit[] {
  const source =
    isIndexed && hasTexts(query)
      ? allSource(query, condition)
      : { sql: `file WHERE ${condition.sql}`, params: condition.params };
  const keys = sortedKeys(reader, { query, source, sort, most });
  const rows = reader.all(
    `SELECT ${COLUMNS} FROM file WHERE pk IN (SELECT value FROM json_each(?))`,
    JSON.stringify(keys),
  );
  const hits = new Map(rows.map((row) => [Number(row['pk']), toHit(row, query)]));
  return keys.flatMap((key) => hits.get(key) ?? []);
}
