import type { DriveFile, DriveUser, FieldName, FieldReader, FieldReaders } from '../drive-file';
import type { FileSource } from './corpus';
import { readFolder } from './folder-files';
import type { FolderSpec } from './spec';

/** Shows a folder of this machine as a Drive: https://developers.google.com/workspace/drive/api/guides/about-files */
export async function createFolderSource({ path }: FolderSpec, user: DriveUser): Promise<FileSource> {
  const { files, keys } = await readFolder(path, user);
  const slots = new Map(files.map(({ id }, slot) => [id, slot]));
  return {
    // The last one is the folder itself, "My Drive".
    count: files.length - 1,
    rootSlot: files.length - 1,
    modifiedTimes: Float64Array.from(files, ({ modifiedTime }) => Date.parse(modifiedTime ?? '')),
    trashed: new Uint8Array(files.length),
    readers: readersOf(files),
    key: (slot) => keys[slot] ?? 0,
    slotOf: (id) => slots.get(id),
  };
}

const FIELDS: Readonly<Record<FieldName, true>> = {
  kind: true,
  id: true,
  name: true,
  mimeType: true,
  description: true,
  starred: true,
  trashed: true,
  explicitlyTrashed: true,
  trashedTime: true,
  parents: true,
  spaces: true,
  driveId: true,
  version: true,
  createdTime: true,
  modifiedTime: true,
  modifiedByMe: true,
  modifiedByMeTime: true,
  viewedByMe: true,
  viewedByMeTime: true,
  sharedWithMeTime: true,
  sharingUser: true,
  size: true,
  quotaBytesUsed: true,
  md5Checksum: true,
  sha1Checksum: true,
  sha256Checksum: true,
  headRevisionId: true,
  originalFilename: true,
  fileExtension: true,
  fullFileExtension: true,
  shared: true,
  ownedByMe: true,
  owners: true,
  lastModifyingUser: true,
  permissions: true,
  permissionIds: true,
  capabilities: true,
  shortcutDetails: true,
  resourceKey: true,
  webViewLink: true,
  webContentLink: true,
  iconLink: true,
  hasThumbnail: true,
  thumbnailVersion: true,
  imageMediaMetadata: true,
  videoMediaMetadata: true,
  folderColorRgb: true,
  isAppAuthorized: true,
  writersCanShare: true,
  viewersCanCopyContent: true,
  copyRequiresWriterPermission: true,
  properties: true,
  appProperties: true,
};

function readersOf(files: readonly DriveFile[]): FieldReaders {
  const reader =
    <K extends FieldName>(field: K): FieldReader<K> =>
    (slot) =>
      files[slot]?.[field];
  const fields = Object.keys(FIELDS) as FieldName[];
  return Object.fromEntries(fields.map((field) => [field, reader(field)])) as unknown as FieldReaders;
}
