import { errorCode, errorMessage, EXIT, UserError } from '../errors';
import type { SqlValue } from '../model/file';
import { describeViews } from '../queries/views';
import { requireStore } from '../stores';
import { tellAsOf } from './as-of';
import type { Context } from './context';
import { csvLine } from './render/csv';
import { formatTable } from './render/table';

/** Rows that a table on a terminal shows; more are better exported. */
const MOST_TABLE_ROWS = 1000;

/** Runs one reading statement on the account's store, or describes the views that there are. */
export function runSql(context: Context, statement: string | undefined, options: { csv: boolean }): number {
  const { config, home, out } = context;
  if (statement === undefined) {
    out(describeViews().trimEnd());
    return EXIT.ok;
  }
  const reader = requireStore(home, config.account);
  try {
    const { columns, rows } = reader.query(statement);
    if (context.json) printJson(context, columns, rows);
    else if (options.csv) printCsv(context, columns, rows);
    else printTable(context, columns, rows);
    tellAsOf(context, reader);
    return EXIT.ok;
  } catch (error) {
    if (error instanceof TypeError) {
      throw new UserError('only statements that read are allowed', {
        hint: 'use SELECT',
        exitCode: EXIT.usage,
      });
    }
    if (errorCode(error) === 'SQLITE_ERROR' || error instanceof RangeError) {
      const hint =
        'the views are files, folders, duplicates, exposure, history and jobs; docs/schema.md names their columns';
      throw new UserError(`SQLite says: ${errorMessage(error)}`, { hint, exitCode: EXIT.usage });
    }
    throw error;
  } finally {
    reader.close();
  }
}

/** JSON numbers are exact only up to 2^53; larger integers are printed as strings. */
function toJson(value: SqlValue): string | number | null {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function printJson({ out }: Context, columns: string[], rows: Iterable<SqlValue[]>): void {
  for (const row of rows)
    out(JSON.stringify(Object.fromEntries(columns.map((name, at) => [name, toJson(row[at] ?? null)]))));
}

function printCsv({ out }: Context, columns: string[], rows: Iterable<SqlValue[]>): void {
  out(csvLine(columns));
  for (const row of rows) out(csvLine(row));
}

function printTable({ out, tell }: Context, columns: string[], rows: Iterable<SqlValue[]>): void {
  const shown: (string | number)[][] = [];
  let more = false;
  for (const row of rows) {
    more = shown.length === MOST_TABLE_ROWS;
    if (more) break;
    shown.push(row.map((value) => (value === null ? '' : typeof value === 'bigint' ? Number(value) : value)));
  }
  for (const line of formatTable(columns, shown)) out(line);
  if (more) tell(`… only the first ${String(MOST_TABLE_ROWS)} rows; add LIMIT, --json or --csv`);
}
