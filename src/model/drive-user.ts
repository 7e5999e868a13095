/**
 * An account's storage, in bytes: https://developers.google.com/workspace/drive/api/reference/rest/v3/about
 */
export interface StorageQuota {
  /** Undefined if it is unlimited. */
  limit: number | undefined;
  /** Used in all of Google's services together. */
  usage: number | undefined;
  usageInDrive: number | undefined;
  usageInTrash: number | undefined;
}

/** The user whose Drive the credentials open. */
export interface DriveUser {
  permissionId: string;
  emailAddress: string | undefined;
  storage: StorageQuota;
}
