import { createHash } from 'node:crypto';
import { constants, deflateRawSync } from 'node:zlib';
import { ExtractionError, type ExtractionResult } from '../model/extraction';
import type { DocumentKind } from '../model/kind';
import { termsOf } from '../model/terms';
import { extractInto } from './extractors';
import type { ByteSource } from './source';
import { TextSink } from './text-sink';

/** Extracts the text of a file. An error that no extractor expects is the file's: it is malformed. */
export async function extract(
  source: ByteSource,
  declared: DocumentKind | undefined,
): Promise<ExtractionResult> {
  try {
    const sink = new TextSink();
    const kind = await extractInto(source, declared, sink);
    return sink.hasText ? resultOf(kind, sink) : { ok: false, problem: 'no-text' };
  } catch (error) {
    return { ok: false, problem: error instanceof ExtractionError ? error.problem : 'malformed' };
  }
}

function resultOf(kind: DocumentKind, sink: TextSink): ExtractionResult {
  const { text, marks, truncated } = sink.finish();
  const bytes = Buffer.from(text);
  return {
    ok: true,
    kind,
    chars: text.length,
    marks,
    truncated,
    text: deflateRawSync(bytes, { level: constants.Z_DEFAULT_COMPRESSION }),
    terms: Buffer.from(termsOf(text)),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
