import type { SqlValue } from '../../model/values';
import type { Reader } from '../../store/reader';
import type { Target } from '../files/items';
import type { Roots } from '../files/places';
import { folderIdsBelow, scopeOf } from '../files/space';
import type { Filter } from './filters';
import { MARK_SQL } from './marks';
import type { SearchQuery } from './query';

/** A condition on the rows of `file`, and its parameters. */
export interface Condition {
  sql: string;
  params: SqlValue[];
}

/** What filters need to know of the copy. `folderOf` finds the folder that a person names. */
export interface FilterContext {
  roots: Roots;
  folderOf: (named: string) => Target;
}

/** The condition for the filters of a query. Trashed files are left out unless a filter mentions the trash. */
export function conditionOf(
  reader: Reader,
  { filters, excludedFilters }: SearchQuery,
  context: FilterContext,
): Condition {
  const conditions = [
    ...filters.map((filter) => filterOf(reader, filter, context)),
    ...excludedFilters.map((filter) => {
      const { sql, params } = filterOf(reader, filter, context);
      return { sql: `coalesce(${sql}, 0) = 0`, params };
    }),
  ];
  const saysTrash = [...filters, ...excludedFilters].some(
    (filter) => filter.kind === 'is' && filter.mark === 'trashed',
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

const IN_FOLDERS = /* sql */ `
parent_id IN (SELECT value FROM json_each(?))
OR file.pk IN (SELECT file_pk FROM file_parent WHERE file_parent.parent_id IN (SELECT value FROM json_each(?)))
OR file.id IN (SELECT value FROM json_each(?))`;

function filterOf(reader: Reader, filter: Filter, { roots, folderOf }: FilterContext): Condition {
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
      return { sql: MARK_SQL[filter.mark], params: [] };
    case 'in': {
      const scope = scopeOf(reader, folderOf(filter.folder), roots);
      if (scope === undefined) return { sql: '1', params: [] };
      const folders = folderIdsBelow(reader, scope.folders);
      const inFolders = JSON.stringify(folders);
      return { sql: IN_FOLDERS, params: [inFolders, inFolders, JSON.stringify(scope.files)] };
    }
  }
}
