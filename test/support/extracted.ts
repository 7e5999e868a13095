import { memorySource, type Extractor } from '../../src/content/extract/source';
import { TextSink } from '../../src/content/extract/text-sink';
import { ExtractionError } from '../../src/content/model/extraction';

/** What an extractor makes of some bytes, or the problem that it throws. */
export async function extracted(extractor: Extractor, bytes: Uint8Array | string) {
  const sink = new TextSink();
  await extractor(memorySource(Buffer.from(bytes)), sink);
  return sink.finish();
}

/** The text that an extractor makes of some bytes. */
export async function extractedText(extractor: Extractor, bytes: Uint8Array | string): Promise<string> {
  return (await extracted(extractor, bytes)).text;
}

/** The problem that an extractor has with some bytes; undefined if it has none. Other errors are thrown. */
export async function problemWith(
  extractor: Extractor,
  bytes: Uint8Array | string,
): Promise<string | undefined> {
  try {
    await extracted(extractor, bytes);
    return undefined;
  } catch (error) {
    if (error instanceof ExtractionError) return error.problem;
    throw error;
  }
}
