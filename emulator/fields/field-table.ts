import { parseMask, type FieldMask } from './field-mask';

/**
 * All fields of Drive's resources, written as masks; `(*)` is a map with arbitrary keys. A test compares them
 * with Google's discovery document: https://www.googleapis.com/discovery/v1/apis/drive/v3/rest
 */
const USER = 'displayName,emailAddress,kind,me,permissionId,photoLink';

const FILE = `
  appProperties(*),capabilities(canAcceptOwnership,canAccessViaGenAi,canAddChildren,
  canAddFolderFromAnotherDrive,canAddMyDriveParent,canChangeCopyRequiresWriterPermission,
  canChangeItemDownloadRestriction,canChangeSecurityUpdateEnabled,canChangeViewersCanCopyContent,
  canComment,canCopy,canDelete,canDeleteChildren,canDisableInheritedPermissions,canDownload,canEdit,
  canEnableInheritedPermissions,canListChildren,canModifyContent,canModifyContentRestriction,
  canModifyEditorContentRestriction,canModifyLabels,canModifyOwnerContentRestriction,
  canMoveChildrenOutOfDrive,canMoveChildrenOutOfTeamDrive,canMoveChildrenWithinDrive,
  canMoveChildrenWithinTeamDrive,canMoveItemIntoTeamDrive,canMoveItemOutOfDrive,canMoveItemOutOfTeamDrive,
  canMoveItemWithinDrive,canMoveItemWithinTeamDrive,canMoveTeamDriveItem,canReadDrive,canReadLabels,
  canReadRevisions,canReadTeamDrive,canRemoveChildren,canRemoveContentRestriction,canRemoveMyDriveParent,
  canRename,canShare,canStartApproval,canTrash,canTrashChildren,canUntrash),
  clientEncryptionDetails(decryptionMetadata(aes256GcmChunkSize,encryptionResourceKeyHash,jwt,kaclsId,
  kaclsName,keyFormat,wrappedKey),encryptionState),contentHints(indexableText,thumbnail(image,mimeType)),
  contentRestrictions(ownerRestricted,readOnly,reason,restrictingUser(${USER}),restrictionTime,
  systemRestricted,type),copyRequiresWriterPermission,createdTime,description,
  downloadRestrictions(effectiveDownloadRestrictionWithContext(restrictedForReaders,restrictedForWriters),
  itemDownloadRestriction(restrictedForReaders,restrictedForWriters)),driveId,explicitlyTrashed,
  exportLinks(*),fileExtension,folderColorRgb,fullFileExtension,hasAugmentedPermissions,hasThumbnail,
  headRevisionId,iconLink,id,imageMediaMetadata(aperture,cameraMake,cameraModel,colorSpace,exposureBias,
  exposureMode,exposureTime,flashUsed,focalLength,height,isoSpeed,lens,location(altitude,latitude,
  longitude),maxApertureValue,meteringMode,rotation,sensor,subjectDistance,time,whiteBalance,width),
  inheritedPermissionsDisabled,isAppAuthorized,kind,labelInfo(labels(fields(*(dateString,id,integer,kind,
  selection,text,user(${USER}),valueType)),id,kind,revisionId)),lastModifyingUser(${USER}),
  linkShareMetadata(securityUpdateEligible,securityUpdateEnabled),md5Checksum,mimeType,modifiedByMe,
  modifiedByMeTime,modifiedTime,name,originalFilename,ownedByMe,owners(${USER}),parents,permissionIds,
  permissions(allowFileDiscovery,deleted,displayName,domain,emailAddress,expirationTime,id,
  inheritedPermissionsDisabled,kind,pendingOwner,permissionDetails(inherited,inheritedFrom,permissionType,
  role),photoLink,role,teamDrivePermissionDetails(inherited,inheritedFrom,role,teamDrivePermissionType),
  type,view),properties(*),quotaBytesUsed,resourceKey,sha1Checksum,sha256Checksum,shared,sharedWithMeTime,
  sharingUser(${USER}),shortcutDetails(targetId,targetMimeType,targetResourceKey),size,spaces,starred,
  teamDriveId,thumbnailLink,thumbnailVersion,trashed,trashedTime,trashingUser(${USER}),version,
  videoMediaMetadata(durationMillis,height,width),viewedByMe,viewedByMeTime,viewersCanCopyContent,
  webContentLink,webViewLink,writersCanShare
`;

const ABOUT = `
  appInstalled,canCreateDrives,canCreateTeamDrives,driveThemes(backgroundImageLink,colorRgb,id),
  exportFormats(*),folderColorPalette,importFormats(*),kind,maxImportSizes(*),maxUploadSize,
  storageQuota(limit,usage,usageInDrive,usageInDriveTrash),teamDriveThemes(backgroundImageLink,colorRgb,
  id),user(${USER})
`;

const DRIVE = `
  backgroundImageFile(id,width,xCoordinate,yCoordinate),backgroundImageLink,capabilities(canAddChildren,
  canChangeCopyRequiresWriterPermissionRestriction,canChangeDomainUsersOnlyRestriction,
  canChangeDownloadRestriction,canChangeDriveBackground,canChangeDriveMembersOnlyRestriction,
  canChangeSharingFoldersRequiresOrganizerPermissionRestriction,canComment,canCopy,canDeleteChildren,
  canDeleteDrive,canDownload,canEdit,canListChildren,canManageMembers,canReadRevisions,canRename,
  canRenameDrive,canResetDriveRestrictions,canShare,canTrashChildren),colorRgb,createdTime,hidden,id,
  kind,name,orgUnitId,restrictions(adminManagedRestrictions,copyRequiresWriterPermission,domainUsersOnly,
  downloadRestriction(restrictedForReaders,restrictedForWriters),driveMembersOnly,
  sharingFoldersRequiresOrganizerPermission),themeId
`;

const TEAM_DRIVE = `
  backgroundImageFile(id,width,xCoordinate,yCoordinate),backgroundImageLink,capabilities(canAddChildren,
  canChangeCopyRequiresWriterPermissionRestriction,canChangeDomainUsersOnlyRestriction,
  canChangeDownloadRestriction,canChangeSharingFoldersRequiresOrganizerPermissionRestriction,
  canChangeTeamDriveBackground,canChangeTeamMembersOnlyRestriction,canComment,canCopy,canDeleteChildren,
  canDeleteTeamDrive,canDownload,canEdit,canListChildren,canManageMembers,canReadRevisions,
  canRemoveChildren,canRename,canRenameTeamDrive,canResetTeamDriveRestrictions,canShare,canTrashChildren),
  colorRgb,createdTime,id,kind,name,orgUnitId,restrictions(adminManagedRestrictions,
  copyRequiresWriterPermission,domainUsersOnly,downloadRestriction(restrictedForReaders,
  restrictedForWriters),sharingFoldersRequiresOrganizerPermission,teamMembersOnly),themeId
`;

const CHANGE = `
  changeType,drive(${DRIVE}),driveId,file(${FILE}),fileId,kind,removed,teamDrive(${TEAM_DRIVE}),teamDriveId,time,type
`;

/** The fields of a file. */
export const FILE_FIELDS: FieldMask = parseTable(FILE);

/** The fields of a `files.list` response. */
export const FILE_LIST_FIELDS: FieldMask = parseTable(`files(${FILE}),incompleteSearch,kind,nextPageToken`);

/** The fields of an `about.get` response. */
export const ABOUT_FIELDS: FieldMask = parseTable(ABOUT);

/** The fields of a `changes.getStartPageToken` response. */
export const START_PAGE_TOKEN_FIELDS: FieldMask = parseTable('kind,startPageToken');

/** The fields of a `changes.list` response. */
export const CHANGE_LIST_FIELDS: FieldMask = parseTable(
  `changes(${CHANGE}),kind,newStartPageToken,nextPageToken`,
);

/** The fields of an operation. */
export const OPERATION_FIELDS: FieldMask = parseTable(
  'done,error(code,details(*),message),metadata(*),name,response(*)',
);

/** The fields of a `drives.list` response. */
export const DRIVE_LIST_FIELDS: FieldMask = parseTable(`drives(${DRIVE}),kind,nextPageToken`);

function parseTable(text: string): FieldMask {
  return parseMask(text.replaceAll(/\s/g, ''));
}
