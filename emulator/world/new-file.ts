import { createHash } from 'node:crypto';
import { grant } from '../corpus/seed/sharing';
import { FOLDER, SHORTCUT, type DriveFile, type DriveUser, type FieldName } from '../drive/drive-file';

/** The properties from which a file is made. */
export interface NewFile {
  id: string;
  name: string;
  mimeType: string;
  parents: string[] | undefined;
  /** RFC 3339. */
  time: string;
  modifiedTime: string;
  /** The owner; ignored in a shared drive. */
  owner: DriveUser;
  user: DriveUser;
  driveId: string | undefined;
}

/** Makes a file with all its fields. */
export function newFile(made: NewFile): DriveFile {
  const { id, name, mimeType, parents, time, modifiedTime, owner, user, driveId } = made;
  const isMine = owner === user;
  const file: DriveFile = {
    kind: 'drive#file',
    id,
    name,
    mimeType,
    starred: false,
    trashed: false,
    explicitlyTrashed: false,
    ...(parents !== undefined && { parents }),
    spaces: ['drive'],
    version: '1',
    createdTime: time,
    modifiedTime,
    modifiedByMe: isMine,
    ...(isMine && { modifiedByMeTime: modifiedTime }),
    viewedByMe: false,
    lastModifyingUser: owner,
    quotaBytesUsed: '0',
    webViewLink: `https://drive.google.com/${mimeType === FOLDER ? 'drive/folders' : 'file/d'}/${id}`,
    isAppAuthorized: false,
    ...contentOf(id, mimeType, '1'),
  };
  return driveId === undefined ? ofOwner(file, owner, user) : ofDrive(file, driveId);
}

/**
 * The fields that depend on the content of a revision. Folders and shortcuts have none, Docs editors files
 * only a size.
 */
export function contentOf(id: string, mimeType: string, revision: string): Partial<DriveFile> {
  if (mimeType === FOLDER || mimeType === SHORTCUT) return {};
  const digest = createHash('sha512').update(`${id} ${revision}`).digest();
  const size = String(digest.readUInt32BE(0) % 10_000_000);
  if (mimeType.startsWith('application/vnd.google-apps.')) return { size };
  return {
    size,
    quotaBytesUsed: size,
    md5Checksum: digest.toString('hex', 0, 16),
    sha1Checksum: digest.toString('hex', 16, 36),
    sha256Checksum: digest.toString('hex', 32, 64),
    headRevisionId: `0B${digest.toString('base64url', 36, 63)}`,
  };
}

/** How another user's file is shared with the user. Only `direct` names the user in the permissions. */
export type Access = 'direct' | 'group' | 'domain' | 'link';

const PERMISSION_IDS: Readonly<Record<Exclude<Access, 'direct'>, string>> = {
  group: '08216354970816253449',
  domain: '13570246813579024680k',
  link: 'anyoneWithLink',
};

/** A copy of the file that a person owns. */
export function ofOwner(file: DriveFile, owner: DriveUser, user: DriveUser): DriveFile {
  const isMine = owner === user;
  return {
    ...without(file, 'driveId', 'trashedTime', 'resourceKey'),
    shared: !isMine,
    ownedByMe: isMine,
    owners: [owner],
    writersCanShare: true,
    ...(isMine && { permissions: [grant(owner, 'owner')] }),
    permissionIds: [owner.permissionId, ...(isMine ? [] : [user.permissionId])],
  };
}

/** The permission ids of another user's file. Drive hides its permissions from the user. */
export function permissionIdsOf(owner: DriveUser, user: DriveUser, access: Access): string[] {
  return [owner.permissionId, access === 'direct' ? user.permissionId : PERMISSION_IDS[access]];
}

const FIELDS_OF_OWNERS = [
  'owners',
  'ownedByMe',
  'shared',
  'writersCanShare',
  'permissions',
  'sharingUser',
  'sharedWithMeTime',
] as const;

/** A copy of the file in a shared drive, without the fields about owners. */
export function ofDrive(file: DriveFile, driveId: string): DriveFile {
  return { ...without(file, ...FIELDS_OF_OWNERS), driveId };
}

type OptionalField = { [K in FieldName]: undefined extends DriveFile[K] ? K : never }[FieldName];

/** A copy of the file without some fields. */
export function without(file: DriveFile, ...fields: readonly OptionalField[]): DriveFile {
  const copy = { ...file };
  for (const field of fields) delete copy[field];
  return copy;
}
