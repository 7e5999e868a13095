import type { EmulatedDrive } from '../drive/emulated-drive';
import { driveResource } from '../drive/shared-drives';
import { checkMask, parseMask, selectFields, type FieldMask } from '../fields/field-mask';
import { DRIVE_LIST_FIELDS } from '../fields/field-table';
import { invalidValue, pageSizeOutOfRange } from '../http/api-error';
import type { Parameters } from '../http/parameters';

const DEFAULT_FIELDS = 'kind,nextPageToken,drives(kind,id,name)';
const DEFAULT_PAGE_SIZE = 10;
const MOST_PAGE_SIZE = 100;

/** `drives.list`: https://developers.google.com/workspace/drive/api/reference/rest/v3/drives/list */
export function listDrives(drive: EmulatedDrive, params: Parameters): unknown {
  const pageSize = parsePageSize(params);
  checkAdministration(params);
  const start = parsePageToken(drive, params);
  const mask = parseFields(params);
  // A drive keeps its position, so that no page skips one when others are added or removed.
  const known = drive.drives.list();
  const places: number[] = [];
  for (let place = start; place < known.length && places.length <= pageSize; place++)
    if (known[place]?.membership === 'member') places.push(place);
  const next = places[pageSize];
  return selectFields(
    {
      kind: 'drive#driveList',
      ...(next !== undefined && {
        nextPageToken: drive.tokens.seal({ values: [], key: next }, params.binding({ toPageSize: true })),
      }),
      drives: places
        .slice(0, pageSize)
        .flatMap((place) => known[place] ?? [])
        .map(driveResource),
    },
    mask,
  );
}

function parsePageSize(params: Parameters): number {
  const pageSize = params.integer('pageSize') ?? DEFAULT_PAGE_SIZE;
  if (pageSize >= 1 && pageSize <= MOST_PAGE_SIZE) return pageSize;
  throw pageSizeOutOfRange(pageSize, MOST_PAGE_SIZE);
}

/** @throws ApiError for parameters that only domain administrators may use. */
function checkAdministration(params: Parameters): void {
  for (const name of ['q', 'useDomainAdminAccess'])
    if (!['', 'false'].includes(params.text(name) ?? '')) throw invalidValue(name);
}

/** The position of the first drive of the page. */
function parsePageToken(drive: EmulatedDrive, params: Parameters): number {
  const token = params.text('pageToken') ?? '';
  return token === '' ? 0 : (drive.tokens.open(token, params.binding({ toPageSize: true }))?.key ?? 0);
}

function parseFields(params: Parameters): FieldMask {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
  checkMask(mask, DRIVE_LIST_FIELDS);
  return mask;
}
