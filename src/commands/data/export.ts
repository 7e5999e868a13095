import { EXIT } from '../../errors';
import { RECORD_COLUMNS } from '../../model/file';
import type { SqlValue } from '../../model/values';
import { driveJson, fileColumns, fileRows } from '../../queries/files/file-rows';
import { allPaths, toAncestor, type Paths } from '../../queries/files/paths';
import { requireStore } from '../../process/stores';
import type { Reader } from '../../store/reader';
import { tellAsOf } from '../shared/as-of';
import type { Context } from '../shared/context';
import { csvWriter } from '../render/csv';
import { visibleJson } from '../render/json';
import { writeLines } from '../render/line-stream';

/** What to export, and where. */
export interface ExportOptions {
  format: 'jsonl' | 'csv';
  trashed: boolean;
  output?: string | undefined;
  /** Include the path of each file, which is not a field of Drive's. */
  paths?: boolean | undefined;
  /** Leave CSV cells as they are, even formulas. */
  raw?: boolean | undefined;
}

/** Writes every live file: as Drive's JSON, one per line, or as the columns of the view `files`. */
export async function runExport(context: Context, options: ExportOptions): Promise<number> {
  const { config, home, tell } = context;
  const reader = requireStore(home, config.account);
  const tally = { files: 0 };
  try {
    const isRead = await writeLines(lines(context, reader, { ...options, tally }), context, options.output);
    if (!isRead) return EXIT.ok;
    tell(`exported ${String(tally.files)} files`);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function* lines(
  { streams }: Context,
  reader: Reader,
  {
    format,
    trashed,
    paths: withPaths,
    raw = false,
    output,
    tally,
  }: ExportOptions & { tally: { files: number } },
): IterableIterator<string> {
  const paths = withPaths === true ? allPaths(reader) : undefined;
  const record = csvWriter({ raw, isTerminal: output === undefined && streams.stdout.isTTY === true });
  const wanted = { trashed, paths };
  const all = format === 'csv' ? csvLines(reader, wanted, record) : jsonLines(reader, wanted);
  for (const line of all) {
    tally.files += 1;
    yield line;
  }
  // Do not count the header.
  if (format === 'csv') tally.files -= 1;
}

interface Wanted {
  trashed: boolean;
  paths: Paths | undefined;
}

function* csvLines(
  reader: Reader,
  { trashed, paths }: Wanted,
  record: ReturnType<typeof csvWriter>,
): Generator<string> {
  const columns = fileColumns(reader);
  yield record(paths === undefined ? columns : [...columns, 'path']);
  for (const row of fileRows(reader, { trashed })) {
    const values = columns.map((column): SqlValue => row[column] ?? null);
    yield record(paths === undefined ? values : [...values, paths.pathIn(toAncestor(row))]);
  }
}

function* jsonLines(reader: Reader, { trashed, paths }: Wanted): Generator<string> {
  for (const { json, values } of driveJson(reader, { trashed })) {
    if (paths === undefined) yield visibleJson(json);
    else {
      const row = Object.fromEntries(RECORD_COLUMNS.map((name, at) => [name, values[at] ?? null]));
      yield visibleJson(`${json.slice(0, -1)},"path":${JSON.stringify(paths.pathIn(toAncestor(row)))}}`);
    }
  }
}
