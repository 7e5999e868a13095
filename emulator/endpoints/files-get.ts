import type { EmulatedDrive } from '../drive/emulated-drive';
import { checkMask, parseMask, type FieldMask } from '../fields/field-mask';
import { FILE_FIELDS } from '../fields/field-table';
import type { Parameters } from '../http/parameters';
import type { PathParts } from '../http/path-parts';
import { supportsAllDrives } from './drive-parameters';
import { requireSupportedFile } from './require-file';

const DEFAULT_FIELDS = 'kind,id,name,mimeType,driveId,resourceKey';

/** `files.get`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get */
export function getFile(drive: EmulatedDrive, params: Parameters, { argument }: PathParts): string {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const request = { method: 'files.get', fields, indent: params.pretty ? 0 : undefined } as const;
  const { render } = drive.rendering(request, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, FILE_FIELDS);
    return { mask, files: mask };
  });
  return render(requireSupportedFile(drive, argument, supportsAllDrives(params)));
}
