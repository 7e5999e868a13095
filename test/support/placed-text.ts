import { extractInto } from '../../src/content/extract/extractors';
import { memorySource } from '../../src/content/extract/source';
import { TextSink } from '../../src/content/extract/text-sink';
import { ExtractionError } from '../../src/content/model/extraction';
import type { DocumentKind } from '../../src/content/model/kind';

/** The text of a file with its places, or the problem. Each place is on a line of its own: `[slide 2] text`. */
export async function placedText(bytes: Buffer, kind?: DocumentKind): Promise<string> {
  const sink = new TextSink();
  try {
    await extractInto(memorySource(bytes), kind, sink);
  } catch (error) {
    if (error instanceof ExtractionError) return `problem: ${error.problem}`;
    throw error;
  }
  const { text, marks, truncated } = sink.finish();
  const starts = marks.map(({ at }) => at);
  const places = [0, ...starts].map((start, index) => {
    const label = marks[index - 1]?.label;
    return `${label === undefined ? '' : `[${label}] `}${text.slice(start, starts[index] ?? text.length)}`;
  });
  return places.join('') + (truncated ? '…' : '');
}
