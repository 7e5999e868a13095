import { fileNotFound } from '../api-error';
import type { EmulatedDrive } from '../emulated-drive';
import { FILE_FIELDS } from '../field-table';
import { checkMask, parseMask, type FieldMask } from '../field-mask';
import type { Parameters } from '../parameters';

const DEFAULT_FIELDS = 'kind,id,name,mimeType,driveId,resourceKey';

/** One file by id, or `root`: https://developers.google.com/workspace/drive/api/reference/rest/v3/files/get */
export function getFile(drive: EmulatedDrive, params: Parameters, fileId: string): string {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const { render } = drive.rendering(`files.get ${fields}`, params.pretty ? 0 : undefined, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, FILE_FIELDS);
    return { mask, files: mask };
  });
  const slot = drive.corpus.slotOf(fileId);
  if (slot === undefined) throw fileNotFound(fileId);
  return render(slot);
}
