import { ACCOUNT_TABLES } from './account-tables';
import { CRAWL_TABLES } from './crawl-tables';
import { EVENT_TABLES, FILE_TABLES, SEARCH_TABLES } from './file-tables';
import { FOLDER_TABLES, REMOVAL_TABLES, WALK_TABLES } from './folder-tables';
import { SOURCE_TABLES } from './source-tables';
import type { TableGroup } from './table-types';

/**
 * Every table of a store with all migrations, and every column. Migrations are never edited, so this is where the meaning of
 * a column is kept up to date.
 */
export const TABLE_GROUPS: readonly TableGroup[] = [
  ACCOUNT_TABLES,
  SOURCE_TABLES,
  CRAWL_TABLES,
  FILE_TABLES,
  FOLDER_TABLES,
  REMOVAL_TABLES,
  WALK_TABLES,
  EVENT_TABLES,
  SEARCH_TABLES,
];
