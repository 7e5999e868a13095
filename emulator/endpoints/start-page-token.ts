import { supportsDrivesRequired } from '../api-error';
import type { ChangeLog } from '../change-log';
import type { EmulatedDrive } from '../emulated-drive';
import { START_PAGE_TOKEN_FIELDS } from '../field-table';
import { checkMask, parseMask, selectFields } from '../field-mask';
import type { Parameters } from '../parameters';
import { supportsAllDrives } from './drive-parameters';

/**
 * The position at the end of a change log:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/getStartPageToken
 */
export function getStartPageToken(drive: EmulatedDrive, params: Parameters): unknown {
  const log = logOf(drive, params);
  const mask = parseMask(params.text('fields') ?? '*');
  checkMask(mask, START_PAGE_TOKEN_FIELDS);
  return selectFields({ kind: 'drive#startPageToken', startPageToken: log.token(log.end) }, mask);
}

/**
 * The log that a request is about: the user's own or that of a shared drive.
 * @throws ApiError for a drive of which the user is no member, and if the client does not say that it knows shared drives.
 */
export function logOf(drive: EmulatedDrive, params: Parameters): ChangeLog {
  const driveId = params.text('driveId') ?? params.text('teamDriveId');
  if (driveId === undefined) return drive.logs.user;
  if (!supportsAllDrives(params)) throw supportsDrivesRequired();
  return drive.drives.require(driveId).log;
}
