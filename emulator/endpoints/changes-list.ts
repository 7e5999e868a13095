import { fraction } from '../corpus/hash';
import { instant } from '../corpus/instant';
import type { ChangeEntry, ChangeLog } from '../drive/change-log';
import type { EmulatedDrive, Rendering } from '../drive/emulated-drive';
import { driveResource, type DriveResource } from '../drive/shared-drives';
import { checkMask, parseMask, selects, subMask, type FieldMask } from '../fields/field-mask';
import { CHANGE_LIST_FIELDS } from '../fields/field-table';
import { objectEncoder } from '../fields/file-renderer';
import { ApiError, invalidValue } from '../http/api-error';
import type { Body } from '../http/body';
import type { Parameters } from '../http/parameters';
import { listFrame, listText } from '../listing/list-text';
import { checkSpaces, driveParameters, parsePageSize } from './drive-parameters';
import { logOf } from './start-page-token';

const DEFAULT_FIELDS =
  'kind,nextPageToken,newStartPageToken,changes(kind,type,changeType,time,removed,fileId,driveId,' +
  'file(kind,id,name,mimeType,driveId,resourceKey),drive(kind,id,name))';
/** The largest page of Drive when `fields` contains `permissions`. */
const PAGE_CAP_WITH_PERMISSIONS = 100;
const BROKEN_SHARE = 0.1;
/** The indentation of a file in a page. */
const FILE_DEPTH = 3;

/** A change resource: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes */
interface Change {
  head: {
    kind: 'drive#change';
    type: string;
    changeType: string;
    time: string;
    removed: boolean;
    fileId?: string;
    driveId?: string;
    drive?: DriveResource;
  };
  /** The slot of its file. */
  slot?: number;
}

interface ChangesRequest {
  drive: EmulatedDrive;
  log: ChangeLog;
  /** Undefined for the user's own change log. */
  driveId: string | undefined;
  includesDrives: boolean;
  params: Parameters;
}

/** `changes.list`: https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list */
export function listChanges(drive: EmulatedDrive, params: Parameters): Body {
  const { driveId, includesDrives } = driveParameters(params);
  const log = logOf(drive, params);
  if (driveId !== undefined && !includesDrives) throw invalidValue('includeItemsFromAllDrives');
  checkSpaces(params);
  const pageSize = parsePageSize(params);
  const position = log.open(requirePageToken(params), pageSize);
  const request = { drive, log, driveId, includesDrives, params };
  const write = (): Buffer => writePage(request, position, pageSize);
  if (drive.pageWriter === undefined) return write();
  return drive.pageWriter.writeChanges({
    key: JSON.stringify([
      drive.user.permissionId,
      drive.hooks,
      params.binding({ toPageSize: true }),
      params.pretty,
      position,
      log.end,
    ]),
    revision: drive.corpus.revision,
    write,
  });
}

function writePage(request: ChangesRequest, position: number, pageSize: number): Buffer {
  const { drive, log, params } = request;
  const rendering = renderingOf(drive, params);
  const { mask } = rendering;
  const { changes, next } = collect(request, position, limitOf(drive, pageSize, mask));
  const boundSize = drive.habits.tokensBoundToPageSize.changes ? pageSize : undefined;
  if (drive.hooks.unknownKinds === true && changes.length > 0) changes.push(unknownChange(drive));
  const frame = listFrame({
    mask,
    pretty: params.pretty,
    head: {
      kind: 'drive#changeList',
      newStartPageToken: next === undefined ? log.token(log.end) : undefined,
      nextPageToken: next === undefined ? undefined : log.token(next, boundSize),
    },
    items: 'changes',
    count: changes.length,
  });
  return listText(frame, changes.map(changeText(rendering, params.pretty)));
}

function requirePageToken(params: Parameters): string {
  const token = params.text('pageToken') ?? '';
  if (token !== '') return token;
  const message = 'Required parameter: pageToken';
  throw new ApiError(400, { reason: 'required', message, location: 'pageToken' });
}

function renderingOf(drive: EmulatedDrive, params: Parameters): Rendering {
  const fields = params.text('fields') ?? DEFAULT_FIELDS;
  const request = { method: 'changes.list', fields, indent: params.pretty ? FILE_DEPTH : undefined } as const;
  return drive.rendering(request, () => {
    const mask = fields === '' ? new Map<string, FieldMask>() : parseMask(fields);
    checkMask(mask, CHANGE_LIST_FIELDS);
    return { mask, files: subMask(subMask(mask, 'changes'), 'file') };
  });
}

/** Writes an entry as JSON; `file` is its last field. */
function changeText({ mask: list, render }: Rendering, pretty: boolean): (change: Change) => string {
  const mask = subMask(list, 'changes');
  const [line, end, colon] = pretty ? ['\n      ', '\n    ', ': '] : ['', '', ':'];
  const json = (name: string, value: unknown): string =>
    typeof value === 'object' && value !== null
      ? objectEncoder(subMask(mask, name), pretty ? FILE_DEPTH - 1 : undefined)(value)
      : JSON.stringify(value);
  return ({ head, slot }) => {
    const fields = Object.entries(head)
      .filter(([name]) => selects(mask, name))
      .map(([name, value]) => [name, json(name, value)]);
    if (slot !== undefined && selects(mask, 'file')) fields.push(['file', render(slot)]);
    const text = fields.map(([name = '', value = '']) => `${line}"${name}"${colon}${value}`).join(',');
    return text === '' ? '{}' : `{${text}${end}}`;
  };
}

function limitOf({ habits: { pageCap } }: EmulatedDrive, pageSize: number, mask: FieldMask): number {
  const files = subMask(subMask(mask, 'changes'), 'file');
  const cap = files !== '*' && selects(files, 'permissions') ? PAGE_CAP_WITH_PERMISSIONS : pageCap;
  return Math.min(pageSize, cap, pageCap);
}

interface Collected {
  changes: Change[];
  /** The start of the next page; undefined at the end of the change log. */
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

/** The entry with the current state of its subject; undefined if the request excludes it. */
function toChange(request: ChangesRequest, entry: ChangeEntry): Change | undefined {
  const { subject } = entry;
  const change =
    subject.kind === 'drive'
      ? driveChange(request, entry, subject.driveId)
      : fileChange(request, entry, subject.slot);
  const hidesRemoved = request.params.text('includeRemoved') === 'false';
  return change?.head.removed === true && hidesRemoved ? undefined : change;
}

function driveChange({ drive }: ChangesRequest, entry: ChangeEntry, driveId: string): Change | undefined {
  const found = drive.drives.get(driveId);
  const isMember = found?.membership === 'member';
  return {
    head: {
      ...headOf('drive', entry.at),
      removed: !isMember,
      driveId,
      ...(isMember && { drive: driveResource(found) }),
    },
  };
}

function fileChange(request: ChangesRequest, entry: ChangeEntry, slot: number): Change | undefined {
  const { drive, driveId, includesDrives, params } = request;
  const { corpus, visibility, hooks } = drive;
  if (entry.drivesOnly && !includesDrives) return undefined;
  const isHere =
    driveId === undefined ? visibility.isListed(slot, includesDrives) : visibility.isInDrive(slot, driveId);
  // Other people's files that the user did not add to a folder.
  const isElsewhere = isHere && corpus.readers.parents(slot) === undefined;
  if (isElsewhere && params.flag('restrictToMyDrive')) return undefined;
  const hasFile = isHere
    ? !isBroken(drive, entry)
    : (hooks.removedWithFile === true || params.flag('includeCorpusRemovals')) &&
      visibility.isAccessible(slot);
  return {
    head: { ...headOf('file', entry.at), removed: !isHere, fileId: corpus.readers.id(slot) ?? '' },
    ...(hasFile && { slot }),
  };
}

function isBroken({ hooks, seed }: EmulatedDrive, { sequence }: ChangeEntry): boolean {
  return hooks.brokenEntries === true && fraction(seed, sequence, 0x42) < BROKEN_SHARE;
}

/** A change of an unknown type. */
function unknownChange({ now }: EmulatedDrive): Change {
  return { head: { ...headOf('shortcutTarget', now()), removed: false } };
}

function headOf(type: string, at: number): Omit<Change['head'], 'removed'> {
  return { kind: 'drive#change', type, changeType: type, time: instant(Math.floor(at)) };
}
