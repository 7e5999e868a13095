import { bytesContent } from '../contents/content';
import { findFormat, type FormatSearch } from '../contents/export-formats';
import type { EmulatedDrive } from '../drive/emulated-drive';
import { ApiError, invalidValue } from '../http/api-error';
import { contentError } from '../http/content-errors';
import { Media } from '../http/media';
import type { Parameters } from '../http/parameters';
import type { PathParts } from '../http/path-parts';
import { canDownload } from './files-media';
import { requireFile } from './require-file';

/** The largest export, in bytes of output: https://developers.google.com/workspace/drive/api/guides/manage-downloads */
const MOST_BYTES = 10 * 1024 * 1024;

/** `files.export`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/export */
export function exportFile(drive: EmulatedDrive, params: Parameters, { argument }: PathParts): Media {
  const slot = requireFile(drive, argument);
  const format = params.text('mimeType') ?? '';
  if (format === '') {
    const message = 'Required parameter: mimeType';
    throw new ApiError(400, { reason: 'required', message, location: 'mimeType' });
  }
  const search = findFormat(drive.corpus.readers.mimeType(slot) ?? '', format);
  const media = exportMedia(drive, { slot, format, search });
  if (media.content.size > MOST_BYTES) throw contentError('exportSizeLimitExceeded');
  return media;
}

/** The export of a file in a format that was looked up. */
export interface ExportRequest {
  slot: number;
  format: string;
  search: FormatSearch;
}

/** Writes an export. @throws ApiError for a type or format that cannot be exported, or without content. */
export function exportMedia(drive: EmulatedDrive, { slot, format, search }: ExportRequest): Media {
  if (search === 'unknown-type') throw contentError('fileNotExportable');
  if (search === 'unknown-format') throw invalidValue('mimeType');
  if (search === 'not-emulated') {
    const message = `The emulator does not write ${format}.`;
    throw new ApiError(501, { reason: 'notImplemented', message });
  }
  const document = drive.contents.document(slot);
  if (document === undefined || !canDownload(drive, slot)) throw contentError('cannotExportFile');
  return new Media(bytesContent(Buffer.from(search(document))), format, { isExport: true });
}
