import { write } from 'node:fs';
import { promisify } from 'node:util';
import type { MediaClient, MediaResult, MediaTarget } from '../../drive/media';
import { SyncFailure } from '../../model/failure';
import type { Extraction } from '../../content/extraction/pool';
import type { Slot } from '../../content/extraction/slots';
import { kindOf } from '../../content/model/kind';
import { REASON_OF_PROBLEM, type ContentReason } from '../../content/model/state';
import { extensionOf, routeOf } from '../../content/planning/policy';
import type { DocumentFacts } from '../../content/store/content-store';
import type { DocumentResult } from '../../content/store/documents';
import { isItemFault } from './item-faults';

/** What is needed to fetch texts. `most`: the most bytes of a file. */
export interface TextSources {
  media: MediaClient;
  extraction: Extraction;
  most: number;
}

const writeAt = promisify(write);
/** These concern the login or the project, although they come as answers to a request for one file. */
const COMMON = new Set(['scope-insufficient', 'api-disabled', 'domain-policy']);

/**
 * Fetches a file and extracts its text.
 * @throws SyncFailure for what does not concern the file alone; ExtractionStopped.
 */
export async function fetchText(
  document: DocumentFacts,
  sources: TextSources,
  signal: AbortSignal,
): Promise<DocumentResult> {
  const { fileId, stamp } = document;
  const failed = (reason: ContentReason): DocumentResult => ({ fileId, stamp, ok: false, reason });
  const slot = await sources.extraction.takeSlot(signal);
  try {
    const media = await fetchInto(slot, document, { sources, signal });
    if (!media.ok) return failed(media.reason);
    const route = routeOf(document.mimeType);
    const isExport = route.route === 'export';
    const kind = kindOf(isExport ? route.mimeType : document.mimeType, extensionOf(document.name));
    const result = await sources.extraction.extract(slot, { size: media.size, kind }, signal);
    if (result.ok) return { fileId, stamp, ok: true, text: result };
    // A document as which Google exports is not damaged; its transfer was.
    const isBroken = isExport && result.problem === 'malformed';
    return failed(isBroken ? 'corrupt' : REASON_OF_PROBLEM[result.problem]);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof SyncFailure) || !isItemFault(error.kind) || COMMON.has(error.kind)) throw error;
    return failed('server');
  } finally {
    slot.release();
  }
}

async function fetchInto(
  { fd }: Slot,
  { fileId, resourceKey, mimeType, md5, size }: DocumentFacts,
  { sources: { media, most }, signal }: { sources: TextSources; signal: AbortSignal },
): Promise<MediaResult> {
  const target: MediaTarget = { write: async (bytes, at) => await writeAll(fd, bytes, at) };
  const request = { fileId, resourceKey, most, target };
  const route = routeOf(mimeType);
  return route.route === 'export'
    ? await media.exportAs({ ...request, mimeType: route.mimeType }, signal)
    : await media.download({ ...request, md5, size }, signal);
}

async function writeAll(fd: number, bytes: Uint8Array, at: number): Promise<void> {
  for (let done = 0; done < bytes.byteLength;) {
    const { bytesWritten } = await writeAt(fd, bytes, done, bytes.byteLength - done, at + done);
    done += bytesWritten;
  }
}
