import { ChartText, DrawingText } from './drawing';
import { mainPartOf, relationsOf, targetsOf } from './packages';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';
import { attributeEnding, readXml } from './xml';
import { zipOf, type ZipArchive } from './zip';

/** What belongs to a slide, in this order. */
const BESIDE_SLIDE = ['diagramData', 'chart', 'notesSlide', 'comments'] as const;

/**
 * Writes the text of a presentation: each slide with its tables, SmartArt, charts, notes and comments.
 * @throws ExtractionError if it is damaged or unpacks to too much.
 */
export async function extractPptx(source: ByteSource, sink: TextSink): Promise<void> {
  const archive = await zipOf(source);
  const slides = await slidesOf(archive);
  for (const [index, slide] of slides.entries()) {
    sink.mark(`slide ${String(index + 1)}`);
    await readDrawing(archive, slide, sink);
    const relations = await relationsOf(archive, slide);
    for (const type of BESIDE_SLIDE)
      for (const part of targetsOf(relations, type)) await readDrawing(archive, part, sink, type === 'chart');
    if (sink.isFull) {
      if (index + 1 < slides.length) sink.truncate();
      return;
    }
  }
}

/** The slides as they are shown. */
async function slidesOf(archive: ZipArchive): Promise<string[]> {
  const presentation = await mainPartOf(archive, 'ppt/presentation.xml');
  const relations = await relationsOf(archive, presentation);
  const targets = new Map(relations.map(({ id, target }) => [id, target]));
  const slides: string[] = [];
  await readXml(archive, presentation, {
    open(name, attributes) {
      const target = name === 'sldId' ? targets.get(attributeEnding(attributes, ':id') ?? '') : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  return slides;
}

async function readDrawing(
  archive: ZipArchive,
  part: string,
  sink: TextSink,
  isChart = false,
): Promise<void> {
  sink.paragraph();
  const handler = isChart ? new ChartText(sink) : new DrawingText(sink);
  await readXml(archive, part, handler, () => sink.isFull);
}
