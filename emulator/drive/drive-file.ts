/** A user resource: https://developers.google.com/workspace/drive/api/reference/rest/v3/User */
export interface DriveUser {
  kind: 'drive#user';
  displayName: string;
  me: boolean;
  permissionId: string;
  emailAddress?: string;
  photoLink?: string;
}

/** A permission resource: https://developers.google.com/workspace/drive/api/reference/rest/v3/permissions */
export interface DrivePermission {
  kind: 'drive#permission';
  id: string;
  type: 'user' | 'anyone';
  role: 'owner' | 'writer' | 'reader';
  displayName?: string;
  emailAddress?: string;
  deleted?: boolean;
  pendingOwner?: boolean;
  allowFileDiscovery?: boolean;
}

/**
 * A file resource with the fields that the emulator supports. Fields are absent where Drive omits them:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/files
 */
export interface DriveFile {
  kind: 'drive#file';
  id: string;
  name: string;
  mimeType: string;
  description?: string;
  starred: boolean;
  trashed: boolean;
  explicitlyTrashed: boolean;
  trashedTime?: string;
  parents?: string[];
  spaces: string[];
  driveId?: string;
  version: string;
  createdTime?: string;
  modifiedTime?: string;
  modifiedByMe?: boolean;
  modifiedByMeTime?: string;
  viewedByMe?: boolean;
  viewedByMeTime?: string;
  sharedWithMeTime?: string;
  sharingUser?: DriveUser;
  size?: string;
  quotaBytesUsed?: string;
  md5Checksum?: string;
  sha1Checksum?: string;
  sha256Checksum?: string;
  headRevisionId?: string;
  originalFilename?: string;
  fileExtension?: string;
  fullFileExtension?: string;
  shared?: boolean;
  ownedByMe?: boolean;
  owners?: DriveUser[];
  lastModifyingUser?: DriveUser;
  permissions?: DrivePermission[];
  permissionIds?: string[];
  capabilities?: Readonly<Record<string, boolean>>;
  shortcutDetails?: { targetId: string; targetMimeType: string };
  resourceKey?: string;
  webViewLink?: string;
  webContentLink?: string;
  iconLink?: string;
  hasThumbnail?: boolean;
  thumbnailVersion?: string;
  imageMediaMetadata?: { width: number; height: number; rotation: number; time?: string };
  videoMediaMetadata?: { width: number; height: number; durationMillis: string };
  folderColorRgb?: string;
  isAppAuthorized?: boolean;
  writersCanShare?: boolean;
  viewersCanCopyContent?: boolean;
  copyRequiresWriterPermission?: boolean;
  properties?: Record<string, string>;
  appProperties?: Record<string, string>;
}

/** The name of a field of `DriveFile`. */
export type FieldName = keyof DriveFile;

/** Reads one field of the file in a slot; undefined where Drive would omit it. */
export type FieldReader<K extends FieldName = FieldName> = (slot: number) => DriveFile[K] | undefined;

/** A reader for every field of a file. */
export type FieldReaders = { readonly [K in FieldName]: FieldReader<K> };

/** Creates the readers of all fields. */
export function createReaders(make: <K extends FieldName>(field: K) => FieldReader<K>): FieldReaders {
  return {
    kind: make('kind'),
    id: make('id'),
    name: make('name'),
    mimeType: make('mimeType'),
    description: make('description'),
    starred: make('starred'),
    trashed: make('trashed'),
    explicitlyTrashed: make('explicitlyTrashed'),
    trashedTime: make('trashedTime'),
    parents: make('parents'),
    spaces: make('spaces'),
    driveId: make('driveId'),
    version: make('version'),
    createdTime: make('createdTime'),
    modifiedTime: make('modifiedTime'),
    modifiedByMe: make('modifiedByMe'),
    modifiedByMeTime: make('modifiedByMeTime'),
    viewedByMe: make('viewedByMe'),
    viewedByMeTime: make('viewedByMeTime'),
    sharedWithMeTime: make('sharedWithMeTime'),
    sharingUser: make('sharingUser'),
    size: make('size'),
    quotaBytesUsed: make('quotaBytesUsed'),
    md5Checksum: make('md5Checksum'),
    sha1Checksum: make('sha1Checksum'),
    sha256Checksum: make('sha256Checksum'),
    headRevisionId: make('headRevisionId'),
    originalFilename: make('originalFilename'),
    fileExtension: make('fileExtension'),
    fullFileExtension: make('fullFileExtension'),
    shared: make('shared'),
    ownedByMe: make('ownedByMe'),
    owners: make('owners'),
    lastModifyingUser: make('lastModifyingUser'),
    permissions: make('permissions'),
    permissionIds: make('permissionIds'),
    capabilities: make('capabilities'),
    shortcutDetails: make('shortcutDetails'),
    resourceKey: make('resourceKey'),
    webViewLink: make('webViewLink'),
    webContentLink: make('webContentLink'),
    iconLink: make('iconLink'),
    hasThumbnail: make('hasThumbnail'),
    thumbnailVersion: make('thumbnailVersion'),
    imageMediaMetadata: make('imageMediaMetadata'),
    videoMediaMetadata: make('videoMediaMetadata'),
    folderColorRgb: make('folderColorRgb'),
    isAppAuthorized: make('isAppAuthorized'),
    writersCanShare: make('writersCanShare'),
    viewersCanCopyContent: make('viewersCanCopyContent'),
    copyRequiresWriterPermission: make('copyRequiresWriterPermission'),
    properties: make('properties'),
    appProperties: make('appProperties'),
  };
}

/** The names of all fields. */
export const FIELD_NAMES: readonly FieldName[] = listFieldNames();

function listFieldNames(): FieldName[] {
  const names: FieldName[] = [];
  createReaders((field) => {
    names.push(field);
    return () => undefined;
  });
  return names;
}

/** The MIME type of a folder. */
export const FOLDER = 'application/vnd.google-apps.folder';

/** The MIME type of a shortcut. */
export const SHORTCUT = 'application/vnd.google-apps.shortcut';
