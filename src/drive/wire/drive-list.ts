import type { SharedDrive } from '../../model/change';
import { isObject, malformed } from './json';

/**
 * One validated page of `drives.list`:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/list
 */
export interface DriveListPage {
  drives: SharedDrive[];
  nextPageToken: string | undefined;
}

/**
 * Validates a parsed page of `drives.list`.
 * @throws SyncFailure of kind `malformed` if it is not one: an empty list would look like the loss of every
 * drive.
 */
export function decodeDriveList(data: unknown): DriveListPage {
  if (!isObject(data) || data['kind'] !== 'drive#driveList')
    throw malformed('the answer is not a drive#driveList');
  const { drives: listed = [], nextPageToken } = data;
  if (!Array.isArray(listed)) throw malformed('the answer is not a list of drives');
  const drives = (listed as unknown[]).map((drive): SharedDrive => {
    if (!isObject(drive) || typeof drive['id'] !== 'string' || drive['id'] === '')
      throw malformed('a shared drive has no id');
    const { id, name } = drive;
    return { id, name: typeof name === 'string' ? name : undefined };
  });
  if (nextPageToken !== undefined && typeof nextPageToken !== 'string')
    throw malformed('the page token is not a string');
  return { drives, nextPageToken: nextPageToken === '' ? undefined : nextPageToken };
}
