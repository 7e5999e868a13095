import { defaultFormat, findDownloadFormat } from '../contents/export-formats';
import type { Operation } from '../contents/operations';
import type { EmulatedDrive } from '../drive/emulated-drive';
import { checkMask, parseMask, selectFields } from '../fields/field-mask';
import { OPERATION_FIELDS } from '../fields/field-table';
import { ApiError, invalidValue } from '../http/api-error';
import { contentError } from '../http/content-errors';
import type { Media } from '../http/media';
import type { Parameters } from '../http/parameters';
import type { PathParts } from '../http/path-parts';
import { blobMedia, NATIVE, revisionMedia } from './files-media';
import { exportMedia } from './files-export';
import { requireFile } from './require-file';

const RESPONSE_TYPE = 'type.googleapis.com/google.apps.drive.v3.DownloadFileResponse';

/**
 * `files.download`, which starts an operation:
 * https://developers.google.com/workspace/drive/api/guides/long-running-operations
 */
export function startDownload(drive: EmulatedDrive, params: Parameters, path: PathParts): unknown {
  const slot = requireFile(drive, path.argument);
  const isBlob = !(drive.corpus.readers.mimeType(slot) ?? '').startsWith(NATIVE);
  const media = isBlob ? blobOf(drive, params, slot) : exportOf(drive, params, slot);
  const operation = drive.operations.start(media, isBlob);
  return document(params, { operation, isDone: false, origin: path.origin });
}

/** `operations.get`: https://developers.google.com/workspace/drive/api/reference/rest/v3/operations/get */
export function getOperation(drive: EmulatedDrive, params: Parameters, path: PathParts): unknown {
  const found = drive.operations.poll(path.argument);
  if (found === undefined) throw operationNotFound(path.argument);
  return document(params, { ...found, origin: path.origin });
}

/** The result of an operation, at its `downloadUri`. */
export function getDownload(drive: EmulatedDrive, _: Parameters, path: PathParts): Media {
  const media = drive.operations.result(path.argument);
  if (media === undefined) throw operationNotFound(path.argument);
  return media;
}

function blobOf(drive: EmulatedDrive, params: Parameters, slot: number): Media {
  // The type of a blob cannot be changed.
  const wanted = params.text('mimeType');
  if (wanted !== undefined && wanted !== drive.corpus.readers.mimeType(slot)) throw invalidValue('mimeType');
  const revisionId = params.text('revisionId');
  return revisionId === undefined ? blobMedia(drive, slot) : revisionMedia(drive, slot, revisionId);
}

function exportOf(drive: EmulatedDrive, params: Parameters, slot: number): Media {
  // The emulator has no revisions of Docs editors files.
  if (params.text('revisionId') !== undefined) throw contentError('download_restricted_for_revision');
  const type = drive.corpus.readers.mimeType(slot) ?? '';
  const format = params.text('mimeType') ?? defaultFormat(type);
  // Folders and shortcuts have no content in any format.
  if (format === undefined) throw contentError('fileNotDownloadable');
  return exportMedia(drive, { slot, format, search: findDownloadFormat(type, format) });
}

interface State {
  operation: Operation;
  isDone: boolean;
  origin: string;
}

/** A pending operation has no `done`. */
function document(params: Parameters, { operation, isDone, origin }: State): unknown {
  const mask = parseMask(params.text('fields') ?? '*');
  checkMask(mask, OPERATION_FIELDS);
  const { name, isPartial } = operation;
  const response = {
    '@type': RESPONSE_TYPE,
    downloadUri: `${origin}/download/operations/${name}?alt=media`,
    partialDownloadAllowed: isPartial,
  };
  return selectFields({ name, ...(isDone && { done: true, response }) }, mask);
}

function operationNotFound(name: string): ApiError {
  return new ApiError(404, {
    reason: 'notFound',
    message: `Operation not found: ${name}.`,
    location: 'name',
  });
}
