import { textOf } from './encoding';
import type { ByteSource } from './source';
import type { TextSink } from './text-sink';

/** Writes a plain text, in whatever encoding it is. Reads no further than the sink takes. */
export function extractText(source: ByteSource, sink: TextSink): void {
  for (const piece of textOf(source)) {
    sink.write(piece);
    // The piece after a full sink tells it that text is missing.
    if (sink.isTruncated) return;
  }
}
