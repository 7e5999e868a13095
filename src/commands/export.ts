import { EXIT } from '../errors';
import type { JsonObject, SqlValue } from '../model/file';
import { exportFiles } from '../queries/export-files';
import { fileColumns, fileRows } from '../queries/file-rows';
import { requireStore } from '../stores';
import type { Reader } from '../store/reader';
import type { Context } from './context';
import { csvLine } from './render/csv';
import { writeLines } from './render/line-stream';

/** What to export, and where to. */
export interface ExportOptions {
  format: 'jsonl' | 'csv';
  trashed: boolean;
  output: string | undefined;
}

/** Writes every live file: as Drive's own JSON, a line each, or as the columns of the view `files`. */
export async function runExport(
  { config, home, signal, tell }: Context,
  options: ExportOptions,
): Promise<number> {
  const reader = requireStore(home, config.account);
  const tally = { files: 0 };
  try {
    const isRead = await writeLines(lines(reader, options, tally), { output: options.output, signal });
    if (!isRead) return EXIT.ok;
    tell(`exported ${String(tally.files)} files`);
    return EXIT.ok;
  } finally {
    reader.close();
  }
}

function* lines(
  reader: Reader,
  { format, trashed }: ExportOptions,
  tally: { files: number },
): IterableIterator<string> {
  if (format === 'jsonl') {
    for (const file of exportFiles(reader, { trashed })) {
      tally.files += 1;
      yield JSON.stringify(file satisfies JsonObject);
    }
    return;
  }
  const columns = fileColumns(reader);
  yield csvLine(columns);
  for (const row of fileRows(reader, { trashed })) {
    tally.files += 1;
    yield csvLine(columns.map((column): SqlValue => row[column] ?? null));
  }
}
