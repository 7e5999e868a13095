import { ExtractionError } from '../model/extraction';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';

/** A notebook is parsed as a whole; larger ones hold images. */
const LARGEST = 32 * 1024 * 1024;

type Fields = Readonly<Record<string, unknown>>;

/**
 * Writes the cells of a Jupyter notebook: what was typed, and what was printed as text.
 * @throws ExtractionError if it is no notebook or too large.
 */
export function extractNotebook(source: ByteSource, sink: TextSink): void {
  if (source.size > LARGEST) throw new ExtractionError('memory');
  const notebook = fieldsOf(parse(source.read(0, source.size).toString('utf8')));
  for (const [index, cell] of cellsOf(notebook).entries()) {
    if (sink.isFull) {
      sink.truncate();
      return;
    }
    sink.mark(`cell ${String(index + 1)}`);
    writeBlock(cell['source'] ?? cell['input'], sink);
    for (const output of listOf(cell['outputs'])) writeOutput(output, sink);
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new ExtractionError('malformed', { cause: error });
  }
}

/** Version 3 of the format had worksheets. */
function cellsOf(notebook: Fields): Fields[] {
  if (Array.isArray(notebook['cells'])) return listOf(notebook['cells']);
  if (!Array.isArray(notebook['worksheets'])) throw new ExtractionError('malformed');
  return listOf(notebook['worksheets']).flatMap((sheet) => listOf(sheet['cells']));
}

function writeOutput(output: Fields, sink: TextSink): void {
  writeBlock(output['text'], sink);
  writeBlock(fieldsOf(output['data'])['text/plain'], sink);
  const { ename, evalue } = output;
  if (typeof ename === 'string' && typeof evalue === 'string') writeBlock(`${ename}: ${evalue}`, sink);
}

/** A text of the format: a string, or lines with their line breaks. */
function writeBlock(value: unknown, sink: TextSink): void {
  sink.paragraph();
  for (const line of Array.isArray(value) ? value : [value]) if (typeof line === 'string') sink.write(line);
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}

function listOf(value: unknown): Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : [];
}
