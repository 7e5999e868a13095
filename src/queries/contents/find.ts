import type { ContentReader } from '../../content/store/reader';
import { ITEM_COLUMNS, toItem, type Item } from '../files/items';
import { orderOf } from '../files/order';
import { hasTexts } from '../search/indexed';
import type { SearchQuery } from '../search/query';
import type { Match } from '../search/rank';
import { searchFiles, type SearchLimits } from '../search/search';
import { searchTexts } from './content-search';
import { contentQueryOf, type ContentQuery } from './phrases';
import { snippetOf, type Snippet } from './snippet';
import { placeAt, readText } from './texts';

/** A file that was found by its name, by its text, or by Google. */
export interface Hit extends Item {
  match: Match | 'content' | 'drive';
  /** Where in the text the words are, such as `p. 12`; undefined if the text has no places, or no such words. */
  place?: string | undefined;
  /** The text around the words. */
  snippet?: Snippet | undefined;
}

/** What was found: by names, then by texts. `more`: there is more than the limit. */
export interface Found {
  hits: Hit[];
  more: boolean;
}

/** Finds files by their names, their texts and filters. Each file comes once. */
export function findFiles(reader: ContentReader, query: SearchQuery, limits: SearchLimits): Found {
  const options = { ...limits, hasTexts: reader.texts === 'here' };
  const wanted = contentQueryOf(query);
  const names: { hits: Hit[]; more: boolean } =
    wanted === undefined || hasTexts(query) ? searchFiles(reader, query, options) : { hits: [], more: false };
  if (!options.hasTexts || wanted === undefined) return names;
  const bodies = bodiesOf(reader, names.hits, wanted);
  const texts = new Map<string, Hit>();
  for (const { item, bodyPk } of itemsOf(reader, query, { wanted, options })) {
    if (names.hits.some(({ id }) => id === item.id)) continue;
    bodies.set(item.id, bodyPk);
    texts.set(item.id, { ...item, match: 'content' });
  }
  const both = [...names.hits, ...texts.values()];
  const all = options.sort === undefined ? both : both.toSorted(orderOf(options.sort));
  return {
    hits: all.slice(0, options.limit).map((hit) => withSnippet(reader, hit, bodies.get(hit.id), wanted)),
    more: names.more || all.length > options.limit,
  };
}

/** The files whose texts match, in order: as many as the limit, and one more. */
function itemsOf(
  reader: ContentReader,
  query: SearchQuery,
  { wanted, options }: { wanted: ContentQuery; options: SearchLimits },
): { item: Item; bodyPk: number }[] {
  const { limit, sort, ...context } = options;
  const keys = searchTexts(reader, { query, wanted }, { ...context, sort, most: limit + 1 });
  const rows = reader.all(
    `SELECT pk, ${ITEM_COLUMNS} FROM file WHERE pk IN (SELECT value FROM json_each(?))`,
    JSON.stringify(keys.map(({ pk }) => pk)),
  );
  const items = new Map(rows.map((row) => [Number(row['pk']), toItem(row)]));
  return keys.flatMap(({ pk, bodyPk }) => {
    const item = items.get(pk);
    return item === undefined ? [] : [{ item, bodyPk }];
  });
}

const BODY = 'SELECT body_pk FROM content.document WHERE file_id = ? AND body_pk IS NOT NULL';
const MATCHES = 'SELECT 1 FROM content.body_index WHERE body_index MATCH ? AND rowid = ?';

/** The texts of files found by name, if they match too. */
function bodiesOf(
  reader: ContentReader,
  hits: readonly Item[],
  { match }: ContentQuery,
): Map<string, number> {
  const bodies = new Map<string, number>();
  for (const { id } of hits) {
    const bodyPk = reader.get(BODY, id)?.['body_pk'];
    if (bodyPk != null && reader.get(MATCHES, match, bodyPk) !== undefined) bodies.set(id, Number(bodyPk));
  }
  return bodies;
}

function withSnippet(
  reader: ContentReader,
  hit: Hit,
  bodyPk: number | undefined,
  { phrases }: ContentQuery,
): Hit {
  const text = bodyPk === undefined ? undefined : readText(reader, bodyPk);
  if (text === undefined) return hit;
  const snippet = snippetOf(text.text, phrases);
  return { ...hit, place: placeAt(text.marks, snippet.at), snippet };
}
