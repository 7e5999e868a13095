import { ChartText, DrawingText } from './drawing';
import { mainPartOf, relationsOf, targetsOf } from './packages';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';
import { WordText } from './wordprocessing';
import { readXml, type XmlHandler } from './xml';
import { zipOf, type ZipArchive } from './zip';

/** The parts beside the body: the types of their relations and what people call them. */
const BESIDE: readonly (readonly [label: string, ...types: string[]])[] = [
  ['footnotes', 'footnotes'],
  ['endnotes', 'endnotes'],
  ['comments', 'comments'],
  ['headers and footers', 'header', 'footer'],
];

/**
 * Writes the text of a Word document: the body with tables, text boxes, SmartArt and charts, then notes, comments,
 * headers and footers.
 * @throws ExtractionError if it is damaged or unpacks to too much.
 */
export async function extractDocx(source: ByteSource, sink: TextSink): Promise<void> {
  const archive = await zipOf(source);
  const body = await mainPartOf(archive, 'word/document.xml');
  await readPart(archive, body, sink, new WordText(sink));
  const relations = await relationsOf(archive, body);
  for (const part of targetsOf(relations, 'diagramData'))
    await readPart(archive, part, sink, new DrawingText(sink));
  for (const part of targetsOf(relations, 'chart')) await readPart(archive, part, sink, new ChartText(sink));
  for (const [label, ...types] of BESIDE) {
    sink.mark(label);
    for (const part of targetsOf(relations, ...types))
      await readPart(archive, part, sink, new WordText(sink));
  }
}

async function readPart(
  archive: ZipArchive,
  part: string,
  sink: TextSink,
  handler: XmlHandler,
): Promise<void> {
  if (sink.isFull) {
    sink.truncate();
    return;
  }
  sink.paragraph();
  await readXml(archive, part, handler, () => sink.isFull);
}
