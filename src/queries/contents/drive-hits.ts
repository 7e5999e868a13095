import type { ContentReader } from '../../content/store/reader';
import { ITEM_COLUMNS, toItem } from '../files/items';
import { conditionOf, type FilterContext } from '../search/conditions';
import type { SearchQuery } from '../search/query';
import type { Hit } from './find';

/** What Google found and this copy cannot find by itself. */
export interface DriveHits {
  hits: Hit[];
  /** The files that are not in the copy yet. */
  unknown: number;
}

const HAS_TEXT = 'file.id IN (SELECT file_id FROM content.document WHERE body_pk IS NOT NULL)';

/**
 * The files that Google found, in its order: those of the copy that meet the filters and have no text here.
 * A file with a text here was searched already.
 */
export function driveHits(
  reader: ContentReader,
  { ids, query }: { ids: readonly string[]; query: SearchQuery },
  context: FilterContext,
): DriveHits {
  const hasTexts = reader.texts === 'here';
  const found = JSON.stringify(ids);
  // Google has looked for the words already.
  const filters = query.filters.filter(({ kind }) => kind !== 'content');
  const condition = conditionOf(reader, { ...query, filters }, { ...context, hasTexts });
  const rows = reader.all(
    `SELECT pk, ${ITEM_COLUMNS} FROM file WHERE id IN (SELECT value FROM json_each(?))
      AND ${condition.sql}${hasTexts ? ` AND NOT (${HAS_TEXT})` : ''}`,
    found,
    ...condition.params,
  );
  const hits = new Map(rows.map((row) => [String(row['id']), { ...toItem(row), match: 'drive' as const }]));
  const known = reader.get(
    'SELECT count(*) AS files FROM file WHERE id IN (SELECT value FROM json_each(?))',
    found,
  );
  return {
    hits: ids.flatMap((id) => hits.get(id) ?? []),
    unknown: new Set(ids).size - Number(known?.['files']),
  };
}
