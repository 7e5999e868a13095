import { EXIT } from '../../errors';
import type { SqlValue } from '../../model/values';
import { describeViews } from '../../queries/views';
import { requireStore } from '../../process/stores';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { csvWriter } from '../render/csv';
import { jsonLine } from '../render/json';
import { writeLines } from '../render/line-stream';
import { formatTable } from '../render/table';
import { readStatement, statementError } from './statement';

/** The most rows that a table shows; more are better exported. */
const MOST_TABLE_ROWS = 1000;

/** How to print the answer, and where the statement is. */
export interface SqlOptions {
  csv?: boolean;
  raw?: boolean;
  /** A file with the statement. */
  file?: string;
}

/** Runs one read-only statement on the account's store, or describes the views. */
export async function runSql(
  context: Context,
  argument: string | undefined,
  { csv = false, raw = false, file }: SqlOptions,
): Promise<number> {
  const { config, home, json, out } = context;
  const statement = await readStatement(context, { argument, file });
  if (statement === undefined) {
    out(describeViews().trimEnd());
    return EXIT.ok;
  }
  const reader = requireStore(home, config.account);
  try {
    const answer = reader.query(statement);
    if (json || csv) {
      const record = csvWriter({ raw, isTerminal: context.streams.stdout.isTTY === true });
      const lines = json ? jsonLines(answer) : csvLines(answer, record);
      const isRead = await writeLines(tellingIfSlow(lines, context), context);
      if (!isRead) return EXIT.ok;
    } else printTable(context, answer);
    tellAsOf(context, reader);
    return EXIT.ok;
  } catch (error) {
    throw statementError(statement, error);
  } finally {
    reader.close();
  }
}

interface Answer {
  columns: readonly string[];
  rows: Iterable<SqlValue[]>;
}

/** JavaScript numbers are exact only up to 2^53; larger integers become strings. */
function toJson(value: SqlValue): string | number | null {
  if (typeof value !== 'bigint') return value;
  return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
}

function* jsonLines({ columns, rows }: Answer): Generator<string> {
  for (const row of rows)
    yield jsonLine(Object.fromEntries(columns.map((name, at) => [name, toJson(row[at] ?? null)])));
}

function* csvLines({ columns, rows }: Answer, record: ReturnType<typeof csvWriter>): Generator<string> {
  yield record(columns);
  for (const row of rows) yield record(row);
}

const SLOW_MS = 60_000;

/**
 * The answer is one snapshot of the store. Until it is read to the end, checkpoints cannot reset the WAL, and
 * a sync makes it grow.
 */
function* tellingIfSlow(lines: Iterable<string>, { tell }: Context): Generator<string> {
  let slowAt = Date.now() + SLOW_MS;
  for (const line of lines) {
    yield line;
    if (Date.now() < slowAt) continue;
    slowAt = Infinity;
    tell(
      'The answer has been open for a minute. Until it is read to the end, the `-wal` file of the store may grow.',
    );
  }
}

function printTable({ out, tell, streams }: Context, { columns, rows }: Answer): void {
  const shown: (string | number)[][] = [];
  let more = false;
  for (const row of rows) {
    more = shown.length === MOST_TABLE_ROWS;
    if (more) break;
    shown.push(row.map((value) => toJson(value) ?? ''));
  }
  for (const line of formatTable(columns, shown, streams.stdout)) out(line);
  if (more) tell(`… only the first ${String(MOST_TABLE_ROWS)} rows; add LIMIT, --json or --csv`);
}
