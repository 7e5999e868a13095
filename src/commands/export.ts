import { createWriteStream, type WriteStream } from 'node:fs';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { requireStore } from '../app';
import { errorCode, errorMessage, EXIT, UserError } from '../errors';
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

const CHUNK_LENGTH = 65_536;

/** Writes every live file: as Drive's own JSON, a line each, or as the columns of the view `files`. */
export async function runExport(
  { config, home, signal, tell }: Context,
  options: ExportOptions,
): Promise<number> {
  const reader = requireStore(home, config.account);
  const tally = { files: 0 };
  try {
    const chunks = Readable.from(inChunks(lines(reader, options), tally));
    if (options.output === undefined) await pipeline(chunks, process.stdout, { end: false, signal });
    else await pipeline(chunks, await openFile(options.output), { signal });
    tell(`exported ${String(tally.files)} files`);
    return EXIT.ok;
  } catch (error) {
    // The reader of the pipe has seen enough, as `head` does.
    if (errorCode(error) === 'EPIPE' || errorCode(error) === 'ERR_STREAM_PREMATURE_CLOSE') return EXIT.ok;
    throw error;
  } finally {
    reader.close();
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

/** Lines by the chunk: a write for each would cost more than making it. */
function* inChunks(
  all: Iterable<{ line: string; counts: boolean }>,
  tally: { files: number },
): IterableIterator<string> {
  let chunk = '';
  for (const { line, counts } of all) {
    chunk += `${line}\n`;
    if (counts) tally.files += 1;
    if (chunk.length < CHUNK_LENGTH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
