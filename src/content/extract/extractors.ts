import { ExtractionError } from '../model/extraction';
import type { DocumentKind } from '../model/kind';
import { sniff } from './sniff';
import type { ByteSource, Extractor } from './source';
import type { TextSink } from './text-sink';

const text = async (): Promise<Extractor> => (await import('./text.js')).extractText;

/** Loads the code of each kind when the first such file comes. */
const EXTRACTORS: Readonly<Record<DocumentKind, () => Promise<Extractor>>> = {
  text,
  markdown: text,
  csv: async () => (await import('./csv.js')).extractCsv,
  html: async () => (await import('./html.js')).extractHtml,
  rtf: async () => (await import('./rtf.js')).extractRtf,
  mail: async () => (await import('./mail.js')).mailExtractor(extractInto),
  pdf: async () => (await import('./pdf.js')).extractPdf,
  notebook: async () => (await import('./notebook.js')).extractNotebook,
  docx: async () => (await import('./docx.js')).extractDocx,
  xlsx: async () => (await import('./xlsx.js')).extractXlsx,
  pptx: async () => (await import('./pptx.js')).extractPptx,
  odt: async () => (await import('./opendocument.js')).extractOdt,
  ods: async () => (await import('./opendocument.js')).extractOds,
  odp: async () => (await import('./opendocument.js')).extractOdp,
  epub: async () => (await import('./epub.js')).extractEpub,
};

/**
 * Writes the text of a file to a sink. A file that unpacks to too much keeps the text before that.
 * @returns the kind that the file really is.
 * @throws ExtractionError if the file gives no text.
 */
export async function extractInto(
  source: ByteSource,
  declared: DocumentKind | undefined,
  sink: TextSink,
): Promise<DocumentKind> {
  const kind = await sniff(source, declared);
  const extract = await EXTRACTORS[kind]();
  try {
    await extract(source, sink);
  } catch (error) {
    if (!(error instanceof ExtractionError) || error.problem !== 'memory' || !sink.hasText) throw error;
    sink.truncate();
  }
  return kind;
}
