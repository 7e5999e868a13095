import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TableGroup } from '../../src/store/schema/table-types';
import { CONTENT_TABLES } from '../../src/content/store/content-tables';
import { CONTENT } from '../../src/content/store/schema';
import { describeTables, TABLE_GROUPS } from '../../src/store/schema/tables';
import { openForWriting } from '../../src/store/sqlite/open';

const PAGE = join(__dirname, '..', '..', 'docs', 'tables.md');
const GROUPS = [...TABLE_GROUPS, CONTENT_TABLES];
const TABLES = GROUPS.flatMap(({ tables }) => tables);

/** SQLite's own tables, and those in which FTS5 keeps an index, need no description. */
const REAL_TABLES = /* sql */ `
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY name`;
const REAL_COLUMNS = 'SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid';

const STORES: [string, readonly TableGroup[], typeof CONTENT | undefined][] = [
  ['metadata', TABLE_GROUPS, undefined],
  ['texts', [CONTENT_TABLES], CONTENT],
];

test.each(STORES)('%s: every table and every column is described, and nothing else', (_, groups, format) => {
  const db = openForWriting(':memory:', format);
  const tables = groups.flatMap((group) => group.tables);
  try {
    const real = db.prepare<[], string>(REAL_TABLES).pluck().all();
    expect(tables.map(({ table }) => table).toSorted()).toEqual(real);
    const columnsOf = db.prepare<[string], string>(REAL_COLUMNS).pluck();
    const described = tables.map(({ table, columns }) => [table, Object.keys(columns).toSorted()]);
    expect(described).toEqual(tables.map(({ table }) => [table, columnsOf.all(table).toSorted()]));
  } finally {
    db.close();
  }
});

test('no description is empty, or breaks the table of the page', () => {
  const sentences = TABLES.flatMap(({ about, columns }) => [about, ...Object.values(columns)]);
  expect(sentences.filter((sentence) => sentence === '' || /[|\n]/.test(sentence))).toEqual([]);
});

test('docs/tables.md describes the tables as the program does', () => {
  const expected = describeTables(GROUPS);
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected);
  expect(readFileSync(PAGE, 'utf8')).toBe(expected);
});
