import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describeTables, TABLE_GROUPS } from '../../src/store/schema/tables';
import { openForWriting } from '../../src/store/sqlite/open';

const PAGE = join(__dirname, '..', '..', 'docs', 'tables.md');
const TABLES = TABLE_GROUPS.flatMap(({ tables }) => tables);

/** SQLite's own tables, and those in which FTS5 keeps an index, need no description. */
const REAL_TABLES = /* sql */ `
SELECT name FROM pragma_table_list WHERE schema = 'main' AND type IN ('table', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'
ORDER BY name`;
const REAL_COLUMNS = 'SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0 ORDER BY cid';

test('every table and every column of a migrated store is described, and nothing else', () => {
  const db = openForWriting(':memory:');
  try {
    const real = db.prepare<[], string>(REAL_TABLES).pluck().all();
    expect(TABLES.map(({ table }) => table).toSorted()).toEqual(real);
    const columnsOf = db.prepare<[string], string>(REAL_COLUMNS).pluck();
    const described = TABLES.map(({ table, columns }) => [table, Object.keys(columns).toSorted()]);
    expect(described).toEqual(TABLES.map(({ table }) => [table, columnsOf.all(table).toSorted()]));
  } finally {
    db.close();
  }
});

test('no description is empty, or breaks the table of the page', () => {
  const sentences = TABLES.flatMap(({ about, columns }) => [about, ...Object.values(columns)]);
  expect(sentences.filter((sentence) => sentence === '' || /[|\n]/.test(sentence))).toEqual([]);
});

test('docs/tables.md describes the tables as the program does', () => {
  const expected = describeTables();
  if (process.env['UPDATE_DOCS'] === '1') writeFileSync(PAGE, expected);
  expect(readFileSync(PAGE, 'utf8')).toBe(expected);
});
