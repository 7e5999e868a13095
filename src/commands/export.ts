import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { requireStore } from '../app';
import { EXIT, errorMessage, UserError } from '../errors';
import type { JsonObject, SqlValue } from '../model/file';
import { exportFiles } from '../queries/export-files';
import { fileColumns, fileRows } from '../queries/file-rows';
import type { Reader } from '../store/reader';
import type { Context } from './context';
import { csvLine } from './render/csv';

/** What to export, and where to. */
export interface ExportOptions {
  format: 'jsonl' | 'csv';
  trashed: boolean;
  output: string | undefined;
}

const CHUNK_BYTES = 65_536;

/** Writes every live file: as Drive's own JSON, a line each, or as the columns of the view `files`. */
export async function runExport(
  { config, home, signal, tell }: Context,
  options: ExportOptions,
): Promise<number> {
  const reader = requireStore(home, config.account);
  const sink = options.output === undefined ? process.stdout : await openFile(options.output);
  try {
    const count = await writeLines(sink, lines(reader, options), signal);
    tell(`exported ${String(count)} files`);
    return signal.aborted ? EXIT.interrupted : EXIT.ok;
  } finally {
    reader.close();
    if (sink !== process.stdout) {
      sink.end();
      await once(sink, 'close');
    }
  }
}

async function openFile(path: string): Promise<WriteStream> {
  const stream = createWriteStream(path);
  try {
    await once(stream, 'open');
    return stream;
  } catch (error) {
    throw new UserError(`cannot write to ${path}: ${errorMessage(error)}`, { cause: error });
  }
}

function* lines(
  reader: Reader,
  { format, trashed }: ExportOptions,
): IterableIterator<{ line: string; counts: boolean }> {
  if (format === 'jsonl') {
    for (const file of exportFiles(reader, { trashed }))
      yield { line: JSON.stringify(file satisfies JsonObject), counts: true };
    return;
  }
  const columns = fileColumns(reader);
  yield { line: csvLine(columns), counts: false };
  for (const row of fileRows(reader, { trashed })) {
    yield { line: csvLine(columns.map((column): SqlValue => row[column] ?? null)), counts: true };
  }
}

/** Writes in chunks and waits where the reader of a pipe is slower; a pipe closed early (`| head`) ends it quietly. */
async function writeLines(
  sink: NodeJS.WritableStream,
  all: Iterable<{ line: string; counts: boolean }>,
  signal: AbortSignal,
): Promise<number> {
  let closed = false;
  let buffer = '';
  let count = 0;
  sink.on('error', () => (closed = true));
  for (const { line, counts } of all) {
    if (closed || signal.aborted) return count;
    buffer += `${line}\n`;
    if (counts) count += 1;
    if (buffer.length < CHUNK_BYTES) continue;
    if (!sink.write(buffer))
      await Promise.race([once(sink, 'drain'), once(sink, 'close')]).catch(() => undefined);
    buffer = '';
  }
  if (!closed && buffer !== '') sink.write(buffer);
  return count;
}
