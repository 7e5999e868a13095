import type { EmulatedDrive } from '../drive/emulated-drive';
import { checkMask, parseMask, type FieldMask } from '../fields/field-mask';
import { FILE_FIELDS } from '../fields/field-table';
import { fileNotFound } from '../http/api-error';
import type { Parameters } from '../http/parameters';
import { supportsAllDrives } from './drive-parameters';

const DEFAULT_FIELDS = 'kind,id,name,mimeType,driveId,resourceKey';

/** `files.get`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get */
export function getFile(drive: EmulatedDrive, params: Parameters, fileId: string): string {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const request = { method: 'files.get', fields, indent: params.pretty ? 0 : undefined } as const;
  const { render } = drive.rendering(request, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, FILE_FIELDS);
    return { mask, files: mask };
  });
  const slot = drive.corpus.slotOf(fileId);
  if (slot === undefined || !drive.visibility.isAccessible(slot)) throw fileNotFound(fileId);
  // Without `supportsAllDrives`, Drive does not find items of shared drives.
  if (drive.corpus.driveId(slot) !== undefined && !supportsAllDrives(params)) throw fileNotFound(fileId);
  return render(slot);
}
