import { driveNotFound } from '../api-error';
import type { EmulatedDrive } from '../emulated-drive';
import { START_PAGE_TOKEN_FIELDS } from '../field-table';
import { checkMask, parseMask, selectFields } from '../field-mask';
import type { Parameters } from '../parameters';

/**
 * The position at the end of the change log:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken
 */
export function getStartPageToken(drive: EmulatedDrive, params: Parameters): unknown {
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  if (driveId !== undefined) throw driveNotFound(driveId);
  const mask = parseMask(params.text('fields') ?? '*');
  checkMask(mask, START_PAGE_TOKEN_FIELDS);
  // Nothing changes yet, so the log ends where the files do.
  return selectFields(
    { kind: 'drive#startPageToken', startPageToken: String(drive.corpus.fileCount + 1) },
    mask,
  );
}
