import { createHash } from 'node:crypto';
import { grant } from '../corpus/seed/sharing';
import { FOLDER, SHORTCUT, type DriveFile, type DriveUser, type FieldName } from '../drive/drive-file';

/** What is known of a file that comes into being. */
export interface NewFile {
  id: string;
  name: string;
  mimeType: string;
  parents: string[] | undefined;
  /** RFC 3339. */
  time: string;
  modifiedTime: string;
  /** Whose file it is; nobody's in a shared drive. */
  owner: DriveUser;
  user: DriveUser;
  driveId: string | undefined;
}

/** Makes up a file. */
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

/** The fields that follow from the bytes of a revision; folders and shortcuts have none, Docs editors files a size only. */
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

/** How the user has access to a file of somebody else. Only `direct` names the user in the permissions. */
export type Access = 'direct' | 'group' | 'domain' | 'link';

const PERMISSION_IDS: Readonly<Record<Exclude<Access, 'direct'>, string>> = {
  group: '08216354970816253449',
  domain: '13570246813579024680k',
  link: 'anyoneWithLink',
};

/** The file as one of a person's, the user or another. */
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

/** The permission ids of a file of somebody else; its permissions themselves are hidden from the user. */
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

/** The file as one of a shared drive's, which lack what says whose they are. */
export function ofDrive(file: DriveFile, driveId: string): DriveFile {
  return { ...without(file, ...FIELDS_OF_OWNERS), driveId };
}

type OptionalField = { [K in FieldName]: undefined extends DriveFile[K] ? K : never }[FieldName];

/** A copy that lacks some fields. */
export function without(file: DriveFile, ...fields: readonly OptionalField[]): DriveFile {
  const copy = { ...file };
  for (const field of fields) delete copy[field];
  return copy;
}
