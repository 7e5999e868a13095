import { EXPORT_FORMATS } from '../contents/export-formats';
import type { EmulatedDrive } from '../drive/emulated-drive';
import { checkMask, parseMask, selectFields } from '../fields/field-mask';
import { ABOUT_FIELDS } from '../fields/field-table';
import { ApiError } from '../http/api-error';
import type { Parameters } from '../http/parameters';

/** `about.get`: https://developers.google.com/workspace/drive/api/reference/rest/v3/about/get */
export function getAbout(drive: EmulatedDrive, params: Parameters): unknown {
  const fields = params.text('fields') ?? '';
  if (fields === '') {
    const message = "The 'fields' parameter is required for this method.";
    throw new ApiError(400, { reason: 'required', message, location: 'fields' });
  }
  const mask = parseMask(fields);
  checkMask(mask, ABOUT_FIELDS);
  return selectFields(aboutOf(drive), mask);
}

function aboutOf({ user }: EmulatedDrive): unknown {
  return {
    kind: 'drive#about',
    user,
    storageQuota: { limit: '2199023255552', usage: '1024', usageInDrive: '1024', usageInDriveTrash: '0' },
    maxUploadSize: '5242880000000',
    appInstalled: false,
    canCreateDrives: false,
    canCreateTeamDrives: false,
    folderColorPalette: ['#8f8f8f', '#4986e7'],
    importFormats: { 'text/csv': ['application/vnd.google-apps.spreadsheet'] },
    exportFormats: EXPORT_FORMATS,
    maxImportSizes: { 'application/vnd.google-apps.document': '10485760' },
  };
}
