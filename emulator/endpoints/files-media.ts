import type { Content } from '../contents/content';
import type { EmulatedDrive } from '../drive/emulated-drive';
import { ApiError } from '../http/api-error';
import { contentError } from '../http/content-errors';
import { Media } from '../http/media';
import type { Parameters } from '../http/parameters';
import type { PathParts } from '../http/path-parts';
import { supportsAllDrives } from './drive-parameters';
import { requireFile, requireSupportedFile } from './require-file';

/** The prefix of the types of folders, shortcuts and Docs editors files. */
export const NATIVE = 'application/vnd.google-apps.';

/**
 * `files.get` with `alt=media`:
 * https://developers.google.com/workspace/drive/api/guides/manage-downloads
 */
export function downloadFile(drive: EmulatedDrive, params: Parameters, { argument }: PathParts): Media {
  const slot = requireSupportedFile(drive, argument, supportsAllDrives(params));
  return blobMedia(drive, slot);
}

/** The content of a blob. @throws ApiError 403 for other files, and for blobs without emulated content. */
export function blobMedia(drive: EmulatedDrive, slot: number): Media {
  return mediaOf(drive, slot, () => drive.contents.blob(slot));
}

/**
 * `revisions.get` with `alt=media`:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/revisions/get
 */
export function downloadRevision(drive: EmulatedDrive, _: Parameters, path: PathParts): Media {
  const slot = requireFile(drive, path.argument);
  return revisionMedia(drive, slot, path.second);
}

/** The content of a revision of a blob. @throws ApiError if the user may not read it. */
export function revisionMedia(drive: EmulatedDrive, slot: number, revisionId: string): Media {
  return mediaOf(drive, slot, () => {
    const { contents } = drive;
    if (!contents.hasRevision(slot, revisionId)) {
      const message = `Revision not found: ${revisionId}.`;
      throw new ApiError(404, { reason: 'notFound', message, location: 'revisionId' });
    }
    const content = canReadRevisions(drive, slot) ? contents.revision(slot, revisionId) : 'dropped';
    if (content === 'dropped') throw contentError('download_restricted_for_revision');
    return content;
  });
}

function mediaOf(drive: EmulatedDrive, slot: number, find: () => Content | undefined): Media {
  const { readers } = drive.corpus;
  const mimeType = readers.mimeType(slot) ?? '';
  if (mimeType.startsWith(NATIVE)) throw contentError('fileNotDownloadable');
  const content = find();
  if (content === undefined || !canDownload(drive, slot)) throw contentError('cannotDownloadFile');
  return new Media(content, mimeType, { isExport: false });
}

/** True unless the capabilities of the file forbid downloads and exports. */
export function canDownload({ corpus }: EmulatedDrive, slot: number): boolean {
  return corpus.readers.capabilities(slot)?.['canDownload'] !== false;
}

/** Only writers can read revisions: the owner, members of the shared drive, and other people with that role. */
function canReadRevisions({ corpus, drives }: EmulatedDrive, slot: number): boolean {
  const driveId = corpus.driveId(slot);
  if (driveId !== undefined) return drives.get(driveId)?.membership === 'member';
  const { ownedByMe, capabilities } = corpus.readers;
  return ownedByMe(slot) !== false || capabilities(slot)?.['canEdit'] === true;
}
