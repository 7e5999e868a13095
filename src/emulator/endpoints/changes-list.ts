import { ApiError, invalidValue } from '../api-error';
import type { ChangeEntry, ChangeLog } from '../change-log';
import { fraction } from '../corpus/hash';
import { instant } from '../corpus/instant';
import type { DriveFile } from '../drive-file';
import type { EmulatedDrive } from '../emulated-drive';
import { CHANGE_LIST_FIELDS } from '../field-table';
import { checkMask, parseMask, selectFields, selects, subMask, type FieldMask } from '../field-mask';
import type { Parameters } from '../parameters';
import { driveResource, type DriveResource } from '../shared-drives';
import { checkSpaces, driveParameters, parsePageSize } from './drive-parameters';
import { logOf } from './start-page-token';

const DEFAULT_FIELDS =
  'kind,nextPageToken,newStartPageToken,changes(kind,type,changeType,time,removed,fileId,driveId,' +
  'file(kind,id,name,mimeType,driveId,resourceKey),drive(kind,id,name))';
/** With `permissions`, Drive's pages are this short. */
const PAGE_CAP_WITH_PERMISSIONS = 100;
const BROKEN_SHARE = 0.1;

/** One entry as the API shows it: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes */
interface Change {
  kind: 'drive#change';
  type: string;
  changeType: string;
  time: string;
  removed: boolean;
  fileId?: string;
  file?: DriveFile;
  driveId?: string;
  drive?: DriveResource;
}

interface ChangesRequest {
  drive: EmulatedDrive;
  log: ChangeLog;
  /** Undefined for the user's own log. */
  driveId: string | undefined;
  includesDrives: boolean;
  params: Parameters;
}

/** One page of a change log: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list */
export function listChanges(drive: EmulatedDrive, params: Parameters): unknown {
  const { driveId, includesDrives } = driveParameters(params);
  const log = logOf(drive, params);
  if (driveId !== undefined && !includesDrives) throw invalidValue('includeItemsFromAllDrives');
  checkSpaces(params);
  const pageSize = parsePageSize(params);
  const position = log.open(requirePageToken(params));
  const mask = maskOf(params);
  const request = { drive, log, driveId, includesDrives, params };
  const { changes, next } = collect(request, position, limitOf(drive, pageSize, mask));
  if (drive.hooks.unknownKinds === true && changes.length > 0) changes.push(unknownChange(drive));
  return selectFields(
    {
      kind: 'drive#changeList',
      ...(next === undefined
        ? { newStartPageToken: log.token(log.end) }
        : { nextPageToken: log.token(next) }),
      changes,
    },
    mask,
  );
}

function requirePageToken(params: Parameters): string {
  const token = params.text('pageToken') ?? '';
  if (token !== '') return token;
  const message = 'Required parameter: pageToken';
  throw new ApiError(400, { reason: 'required', message, location: 'pageToken' });
}

function maskOf(params: Parameters): FieldMask {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
  checkMask(mask, CHANGE_LIST_FIELDS);
  return mask;
}

function limitOf({ habits: { pageCap } }: EmulatedDrive, pageSize: number, mask: FieldMask): number {
  const files = subMask(subMask(mask, 'changes'), 'file');
  const cap = files !== '*' && selects(files, 'permissions') ? PAGE_CAP_WITH_PERMISSIONS : pageCap;
  return Math.min(pageSize, cap, pageCap);
}

interface Collected {
  changes: Change[];
  /** Where the next page begins; undefined at the end of the log. */
  next: number | undefined;
}

function collect(request: ChangesRequest, position: number, limit: number): Collected {
  const { log, drive } = request;
  const { repeats = 0 } = drive.hooks;
  const changes: Change[] = [];
  for (const entry of log.after(position)) {
    if (!log.isLatest(entry) && fraction(drive.seed, entry.sequence, 0x41) >= repeats) continue;
    const change = toChange(request, entry);
    if (change === undefined) continue;
    if (changes.length === limit) return { changes, next: entry.sequence - 1 };
    changes.push(change);
  }
  return { changes, next: undefined };
}

/** An entry as it is to be seen now; undefined if the request does not want it. */
function toChange(request: ChangesRequest, entry: ChangeEntry): Change | undefined {
  const { subject } = entry;
  const change =
    subject.kind === 'drive'
      ? driveChange(request, entry, subject.driveId)
      : fileChange(request, entry, subject.slot);
  const hidesRemoved = request.params.text('includeRemoved') === 'false';
  return change?.removed === true && hidesRemoved ? undefined : change;
}

function driveChange({ drive }: ChangesRequest, entry: ChangeEntry, driveId: string): Change | undefined {
  const found = drive.drives.get(driveId);
  const isMember = found?.membership === 'member';
  return {
    ...head('drive', entry.at),
    removed: !isMember,
    driveId,
    ...(isMember && { drive: driveResource(found) }),
  };
}

function fileChange(request: ChangesRequest, entry: ChangeEntry, slot: number): Change | undefined {
  const { drive, driveId, includesDrives, params } = request;
  const { corpus, visibility, hooks } = drive;
  if (entry.drivesOnly && !includesDrives) return undefined;
  const isHere =
    driveId === undefined ? visibility.isListed(slot, includesDrives) : visibility.isInDrive(slot, driveId);
  // Files of others that the user did not put into a folder.
  const isElsewhere = isHere && corpus.readers.parents(slot) === undefined;
  if (isElsewhere && params.flag('restrictToMyDrive')) return undefined;
  const hasFile = isHere
    ? !isBroken(drive, entry)
    : (hooks.removedWithFile === true || params.flag('includeCorpusRemovals')) &&
      visibility.isAccessible(slot);
  return {
    ...head('file', entry.at),
    removed: !isHere,
    fileId: corpus.readers.id(slot) ?? '',
    ...(hasFile && { file: corpus.file(slot) }),
  };
}

function isBroken({ hooks, seed }: EmulatedDrive, { sequence }: ChangeEntry): boolean {
  return hooks.brokenEntries === true && fraction(seed, sequence, 0x42) < BROKEN_SHARE;
}

/** An entry of a kind that clients cannot know yet. */
function unknownChange({ now }: EmulatedDrive): Change {
  return { ...head('shortcutTarget', now()), removed: false };
}

function head(type: string, at: number): Pick<Change, 'kind' | 'type' | 'changeType' | 'time'> {
  return { kind: 'drive#change', type, changeType: type, time: instant(Math.floor(at)) };
}
