/** An account's storage as Drive tells it, in bytes: https://developers.google.com/workspace/drive/api/reference/rest/v3/about */
export interface StorageQuota {
  /** Undefined where it is unlimited. */
  limit: number | undefined;
  /** In all of Google's services together. */
  usage: number | undefined;
  usageInDrive: number | undefined;
  usageInTrash: number | undefined;
}

/** Whose Drive some credentials open. */
export interface DriveUser {
  permissionId: string;
  emailAddress: string | undefined;
  storage: StorageQuota;
}
