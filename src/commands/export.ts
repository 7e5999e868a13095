import { EXIT } from '../errors';
import { toDriveFile, type SqlValue } from '../model/file';
import { fileColumns, fileRows, recordRows } from '../queries/file-rows';
import { allPaths, toAncestor } from '../queries/paths';
import { requireStore } from '../stores';
import type { Reader, Row } from '../store/reader';
import { tellAsOf } from './as-of';
import type { Context } from './context';
import { csvLine } from './render/csv';
import { writeLines } from './render/line-stream';

/** What to export, and where to. */
export interface ExportOptions {
  format: 'jsonl' | 'csv';
  trashed: boolean;
  output: string | undefined;
  /** With the path of each file, which is no field of Drive's. */
  paths: boolean;
}

/** Writes every live file: as Drive's own JSON, a line each, or as the columns of the view `files`. */
export async function runExport(context: Context, options: ExportOptions): Promise<number> {
  const { config, home, signal, tell } = context;
  const reader = requireStore(home, config.account);
  const tally = { files: 0 };
  try {
    const isRead = await writeLines(lines(reader, options, tally), { output: options.output, signal });
    if (!isRead) return EXIT.ok;
    tell(`exported ${String(tally.files)} files`);
    tellAsOf(context, reader);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function* lines(
  reader: Reader,
  { format, trashed, paths: withPaths }: ExportOptions,
  tally: { files: number },
): IterableIterator<string> {
  const paths = withPaths ? allPaths(reader) : undefined;
  const columns = format === 'csv' ? fileColumns(reader) : [];
  if (format === 'csv') yield csvLine(paths === undefined ? columns : [...columns, 'path']);
  for (const row of exportRows(reader, { format, trashed })) {
    tally.files += 1;
    const path = paths?.pathIn(toAncestor(row));
    if (format === 'csv') {
      const values = columns.map((column): SqlValue => row[column] ?? null);
      yield csvLine(path === undefined ? values : [...values, path]);
    } else yield JSON.stringify(path === undefined ? toDriveFile(row) : { ...toDriveFile(row), path });
  }
}

function exportRows(
  reader: Reader,
  { format, trashed }: Pick<ExportOptions, 'format' | 'trashed'>,
): IterableIterator<Row> {
  return format === 'csv' ? fileRows(reader, { trashed }) : recordRows(reader, { trashed });
}
