import { ACCOUNT_TABLES } from './account-tables';
import { COUNTERS } from './counters';
import { CRAWL_TABLES } from './crawl-tables';
import { EVENT_TABLES, FILE_TABLES, SEARCH_TABLES } from './file-tables';
import { FOLDER_TABLES, REMOVAL_TABLES, WALK_TABLES } from './folder-tables';
import { SOURCE_TABLES } from './source-tables';
import type { DocumentedTable, TableGroup } from './table-types';

/**
 * Every table of a store with all migrations, and every column. Migrations are never edited, so this is where
 * the meaning of a column is kept up to date.
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

const HEAD = `# Tables of the store

The tables are private: any version may change them. The views in [schema.md](schema.md) are the public contract; use those
for queries of your own. Read this page when you change code that reads or writes the store, or when you look into a store to
find out why a sync does what it does.

- *Our clock* is this machine's; *Drive's clock* is the \`Date\` of Google's answers. The two are never compared.
- Times named \`…_time\` are RFC 3339 text as Drive sent them; all other times are numbers, and their sentence names the unit.
- Flags are 0 or 1.
- A name in parentheses says where the values of an enumeration are defined, below \`src/\`.

This page is generated from \`src/store/schema/tables.ts\` and \`src/content/store/content-tables.ts\`.`;

/** Tables as a Markdown page. */
export function describeTables(groups: readonly TableGroup[]): string {
  return `${[HEAD, describeCounters(), ...groups.map(describeGroup)].join('\n\n')}\n`;
}

function describeCounters(): string {
  const rows = COUNTERS.map(
    ({ counter, incremented, protects }) => `| ${counter} | ${incremented} | ${protects} |`,
  );
  return [
    '## Counters',
    '',
    'Counters that look alike and guard against different things. Mere statistics are left out.',
    '',
    '| counter | incremented by | protection |',
    '| --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function describeGroup({ title, tables }: TableGroup): string {
  return [`## ${title}`, ...tables.map(describeTable)].join('\n\n');
}

function describeTable({ table, about, columns }: DocumentedTable): string {
  const rows = Object.entries(columns).map(([column, meaning]) => `| \`${column}\` | ${meaning} |`);
  return [`### \`${table}\``, '', about, '', '| column | meaning |', '| --- | --- |', ...rows].join('\n');
}
