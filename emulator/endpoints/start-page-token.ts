import type { ChangeLog } from '../drive/change-log';
import type { EmulatedDrive } from '../drive/emulated-drive';
import { checkMask, parseMask, selectFields } from '../fields/field-mask';
import { START_PAGE_TOKEN_FIELDS } from '../fields/field-table';
import { supportsDrivesRequired } from '../http/api-error';
import type { Parameters } from '../http/parameters';
import { supportsAllDrives } from './drive-parameters';

/**
 * `changes.getStartPageToken`:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken
 */
export function getStartPageToken(drive: EmulatedDrive, params: Parameters): unknown {
  const log = logOf(drive, params);
  const mask = parseMask(params.text('fields') ?? '*');
  checkMask(mask, START_PAGE_TOKEN_FIELDS);
  return selectFields({ kind: 'drive#startPageToken', startPageToken: log.token(log.end) }, mask);
}

/**
 * The change log of a request: the user's own, or that of a shared drive.
 * @throws ApiError for a drive of which the user is not a member, and for one without `supportsAllDrives`.
 */
export function logOf(drive: EmulatedDrive, params: Parameters): ChangeLog {
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  if (driveId === undefined) return drive.logs.user;
  if (!supportsAllDrives(params)) throw supportsDrivesRequired();
  return drive.drives.require(driveId).log;
}
