import type { SqlValue } from '../../model/values';
import type { Reader } from '../../store/reader';
import type { Target } from '../files/items';
import type { Roots } from '../files/places';
import { folderIdsBelow, scopeOf } from '../files/space';
import type { Filter } from './filters';
import { expressionOf, unwantedIn } from '../contents/phrases';
import { MARK_SQL } from './marks';
import type { SearchQuery } from './query';

/** A condition on the rows of `file`, and its parameters. */
export interface Condition {
  sql: string;
  params: SqlValue[];
}

/**
 * What filters need to know of the copy. `folderOf` finds the folder that a person names. `hasTexts`: the texts
 * of the account are in the schema `content`.
 */
export interface FilterContext {
  roots: Roots;
  hasTexts?: boolean;
  folderOf: (named: string) => Target;
}

/** The condition for the filters of a query. Trashed files are left out unless a filter mentions the trash. */
export function conditionOf(reader: Reader, query: SearchQuery, context: FilterContext): Condition {
  const { filters, excludedFilters } = query;
  const conditions = [
    ...withoutWords(query, context),
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

/** A word to leave out rules out the files whose text has it. */
function withoutWords(query: SearchQuery, { hasTexts = false }: FilterContext): Condition[] {
  const unwanted = hasTexts ? unwantedIn(query) : undefined;
  return unwanted === undefined ? [] : [{ sql: `NOT EXISTS (${MATCHES})`, params: [unwanted] }];
}

/** Whether the text of the file matches. Few files are asked, and many texts may match. */
const MATCHES = /* sql */ `
SELECT 1 FROM content.document
WHERE file_id = file.id AND body_pk IN (SELECT rowid FROM content.body_index WHERE body_index MATCH ?)`;

/** The files whose texts match. */
const MATCHING = /* sql */ `
SELECT file_id FROM content.document
WHERE body_pk IN (SELECT rowid FROM content.body_index WHERE body_index MATCH ?)`;
const WITH_TEXT = 'SELECT file_id FROM content.document WHERE body_pk IS NOT NULL';

function contentCondition(
  filter: Filter & { kind: 'has' | 'content' },
  { hasTexts }: FilterContext,
): Condition {
  if (hasTexts !== true) return NOTHING;
  if (filter.kind === 'has') return { sql: `file.id IN (${WITH_TEXT})`, params: [] };
  const match = expressionOf(filter);
  return match === undefined ? NOTHING : { sql: `file.id IN (${MATCHING})`, params: [match] };
}

const NOTHING: Condition = { sql: '0', params: [] };

function inFolder(reader: Reader, folder: string, { roots, folderOf }: FilterContext): Condition {
  const scope = scopeOf(reader, folderOf(folder), roots);
  if (scope === undefined) return { sql: '1', params: [] };
  const inFolders = JSON.stringify(folderIdsBelow(reader, scope.folders));
  return { sql: IN_FOLDERS, params: [inFolders, inFolders, JSON.stringify(scope.files)] };
}

/** The condition for one filter. */
export function filterOf(reader: Reader, filter: Filter, context: FilterContext): Condition {
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
    case 'has':
    case 'content':
      return contentCondition(filter, context);
    case 'in':
      return inFolder(reader, filter.folder, context);
  }
}
