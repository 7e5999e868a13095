import type { drive_v3 } from 'googleapis/build/src/apis/drive';
import { FILE_FIELDS } from '../model/file';
import { LARGEST_PAGE, type ListPosition } from '../model/partition';

const LIST_FIELDS = `kind,nextPageToken,incompleteSearch,files(${FILE_FIELDS})`;
const CHANGE_FIELDS = `kind,nextPageToken,newStartPageToken,changes(changeType,time,removed,fileId,file(${FILE_FIELDS}),driveId,drive(id,name))`;
const DRIVE_FIELDS = 'kind,nextPageToken,drives(id,name)';
const MOST_DRIVES_A_PAGE = 100;
/** The requested fields of the account. */
export const USER_FIELDS =
  'user(permissionId,emailAddress),storageQuota(limit,usage,usageInDrive,usageInDriveTrash)';

/** The parameters of a listing; they stay the same for the life of a page token. */
export function listParams(
  driveId: string | undefined,
  { q, orderBy, pageToken, pageSize = LARGEST_PAGE }: ListPosition,
): drive_v3.Params$Resource$Files$List {
  return {
    ...(driveId === undefined ? { corpora: 'user' } : { corpora: 'drive', driveId }),
    includeItemsFromAllDrives: true,
    supportsAllDrives: true,
    spaces: 'drive',
    // Google's default white space adds a third to what we decompress and parse.
    prettyPrint: false,
    q,
    ...(orderBy !== undefined && { orderBy }),
    pageSize,
    fields: LIST_FIELDS,
    ...(pageToken !== undefined && { pageToken }),
  };
}

/** A position in a change log. */
export interface LogPosition {
  token: string;
  /** Entries to request per page; undefined: the largest page. */
  pageSize?: number | undefined;
}

/**
 * The parameters of a change log. A removal includes the file if it is still accessible, so a move to another
 * log differs from a loss.
 */
export function changeParams(
  driveId: string | undefined,
  { token, pageSize = LARGEST_PAGE }: LogPosition,
): drive_v3.Params$Resource$Changes$List {
  return {
    pageToken: token,
    ...(driveId !== undefined && { driveId }),
    includeItemsFromAllDrives: true,
    supportsAllDrives: true,
    includeRemoved: true,
    includeCorpusRemovals: true,
    restrictToMyDrive: false,
    spaces: 'drive',
    prettyPrint: false,
    pageSize,
    fields: CHANGE_FIELDS,
  };
}

/** The parameters of the list of shared drives. */
export function driveParams(pageToken: string | undefined): drive_v3.Params$Resource$Drives$List {
  return {
    pageSize: MOST_DRIVES_A_PAGE,
    fields: DRIVE_FIELDS,
    ...(pageToken !== undefined && { pageToken }),
  };
}

/** The parameters of a request for the present end of a log. */
export function startTokenParams(
  driveId: string | undefined,
): drive_v3.Params$Resource$Changes$Getstartpagetoken {
  return { supportsAllDrives: true, ...(driveId !== undefined && { driveId }) };
}

/** The parameters of a single file. */
export function fileParams(fileId: string): drive_v3.Params$Resource$Files$Get & { fileId: string } {
  return { fileId, fields: FILE_FIELDS, supportsAllDrives: true };
}
