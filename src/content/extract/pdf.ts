import { ExtractionError, type ExtractionProblem } from '../model/extraction';
import { loadPdfium, type PdfDocument, type Pdfium } from './pdfium';
import type { ByteSource } from './source';
import { MOST_CHARS, type TextSink } from './text-sink';

const MOST_PAGES = 2_000;
/** It is copied into PDFium's memory. */
const MOST_BYTES = 250 * 1024 * 1024;
/** A document with fewer characters, on fewer pages than this part, is scanned. */
const FEWEST_CHARS = 50;
const FEWEST_PAGES = 0.1;

/** What PDFium writes for a hyphen that breaks a word at the end of a line. */
// oxlint-disable-next-line no-control-regex -- it is a control character
const BROKEN_WORD = /[\u0002\ufffe](?:\r?\n)?/g;

/** Kept between files, because it takes longer to load than most files to read. */
let pdfium: Promise<Pdfium> | undefined;

/** Writes the text of a PDF file page by page. */
export async function extractPdf(source: ByteSource, sink: TextSink): Promise<void> {
  if (source.size > MOST_BYTES) throw new ExtractionError('memory');
  pdfium ??= loadPdfium();
  try {
    readDocument((await pdfium).open(source), sink);
  } catch (error) {
    if (error instanceof ExtractionError && error.problem !== 'memory') throw error;
    // After a trap its memory is in no known state, and it never shrinks.
    pdfium = undefined;
    if (error instanceof ExtractionError) throw error;
    throw new ExtractionError(isOutOfMemory(error) ? 'memory' : 'malformed', { cause: error });
  }
}

function readDocument(document: PdfDocument, sink: TextSink): void {
  const problem = writePages(document, sink);
  document.close();
  if (problem !== undefined) throw new ExtractionError(problem);
}

function writePages(document: PdfDocument, sink: TextSink): ExtractionProblem | undefined {
  const count = document.pageCount();
  const read = Math.min(count, MOST_PAGES);
  let [chars, withText, damaged] = [0, 0, 0];
  for (let page = 0; page < read && !sink.isTruncated; page += 1) {
    const text = document.pageText(page, MOST_CHARS + 1);
    if (text === undefined) damaged += 1;
    const length = text?.replaceAll(/\s/g, '').length ?? 0;
    chars += length;
    if (text === undefined || length === 0) continue;
    withText += 1;
    sink.mark(`p. ${page + 1}`);
    sink.write(text.replaceAll(BROKEN_WORD, ''));
  }
  if (damaged === read) return 'malformed';
  if (chars < FEWEST_CHARS && withText < read * FEWEST_PAGES) return 'needs-ocr';
  if (count > read) sink.truncate();
  return undefined;
}

function isOutOfMemory(error: unknown): boolean {
  return error instanceof RangeError || (error instanceof Error && /memory|OOM/i.test(error.message));
}
