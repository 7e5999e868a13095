import type { SqlValue } from '../../model/values';
import type { Reader } from '../../store/reader';
import { orderOf, type Sortable, type SortKey } from '../files/order';
import { Best } from './best';
import { hasTexts, type Source } from './indexed';
import type { SearchQuery } from './query';
import { fits } from './rank';

const COLUMN: Readonly<Record<SortKey, string>> = {
  modified: 'file.modified_time',
  size: 'file.size',
  name: 'file.name',
};

/**
 * The keys (`file.pk`) of the first matches in an order. It reads no more columns than it needs, so that an
 * index may answer.
 */
export function sortedKeys(
  reader: Reader,
  { query, source, sort, most }: { query: SearchQuery; source: Source; sort: SortKey; most: number },
): number[] {
  const needsTexts = hasTexts(query);
  const columns = ['file.pk', COLUMN[sort], ...(needsTexts ? ['file.name', 'file.description'] : [])];
  // SQLite cannot compare names as people do, nor decide about texts.
  const isSorted = !needsTexts && sort !== 'name';
  const order = isSorted ? ` ORDER BY ${COLUMN[sort]} DESC, file.pk DESC LIMIT ${String(most)}` : '';
  const rows = reader.iterateValues(
    `SELECT ${columns.join(', ')} FROM ${source.sql}${order}`,
    ...source.params,
  );
  const compare = orderOf(sort);
  const best = new Best<Key>(most, (a, b) => compare(a.by, b.by));
  for (const [pk, value = null, name, description] of rows) {
    if (needsTexts && !fits({ name: textOf(name), description: textOf(description) }, query)) continue;
    best.add({ pk: Number(pk), by: sortableOf(sort, value) });
  }
  return best.list().map(({ pk }) => pk);
}

interface Key {
  pk: number;
  by: Sortable;
}

function sortableOf(sort: SortKey, value: SqlValue): Sortable {
  return {
    name: sort === 'name' ? textOf(value) : '',
    size: sort === 'size' && value !== null ? Number(value) : undefined,
    modifiedTime: sort === 'modified' ? textOf(value) : undefined,
  };
}

function textOf(value: SqlValue | undefined): string {
  return typeof value === 'string' ? value : '';
}
