import type { Item } from './items';

/** What lists can be sorted by. */
export const SORT_KEYS = ['modified', 'size', 'name'] as const;

/** What a list is sorted by: the newest first, the biggest first, or A to Z. */
export type SortKey = (typeof SORT_KEYS)[number];

/** The fields that an order looks at. */
export type Sortable = Pick<Item, 'name' | 'size' | 'modifiedTime'>;

const collator = new Intl.Collator('en', { numeric: true });

/** Compares names as people do: `a2` before `a10`, without regard to case. */
export function byName(a: Pick<Item, 'name'>, b: Pick<Item, 'name'>): number {
  return collator.compare(a.name, b.name);
}

const ORDERS: Readonly<Record<SortKey, (a: Sortable, b: Sortable) => number>> = {
  modified: (a, b) => ascending(b.modifiedTime ?? '', a.modifiedTime ?? ''),
  // What has no size, such as a folder, comes last.
  size: (a, b) => ascending(b.size ?? -1, a.size ?? -1),
  name: byName,
};

/** The comparison for a list in this order. */
export function orderOf(key: SortKey): (a: Sortable, b: Sortable) => number {
  return ORDERS[key];
}

function ascending<T extends string | number | bigint>(a: T, b: T): number {
  return a < b ? -1 : Number(a > b);
}
