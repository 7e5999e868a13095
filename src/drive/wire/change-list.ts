import type { ChangeEntry } from '../../model/change';
import { toFileRecord } from '../../model/file';
import type { JsonObject } from '../../model/values';
import { isObject, malformed, type RawBody } from './json';
import { parseLongList } from './long-list';

interface EntryCounts {
  /** Entries of an unknown kind, which do not concern files. */
  unknown: number;
  /** Entries without an id. */
  unusable: number;
  /** When the oldest change happened, in ms; undefined if no entry has a time. */
  oldestMs: number | undefined;
}

/**
 * The fields of a page of `changes.list` besides its entries:
 * https://developers.google.com/workspace/drive/api/reference/rest/v3/changes/list
 */
export interface ChangeListPage extends EntryCounts {
  /** Where the log continues; `isEnd`: there is nothing newer yet. */
  token: string;
  isEnd: boolean;
}

/**
 * Decodes and validates a page of a change log, and passes its usable entries on one by one. Do not rely on
 * them before the function has returned.
 * @throws SyncFailure of kind `malformed` if the body is not a page, or has no token to continue with.
 */
export function decodeChangeList(body: RawBody, onEntry: (entry: ChangeEntry) => void): ChangeListPage {
  const counts: EntryCounts = { unknown: 0, unusable: 0, oldestMs: undefined };
  const page = parseLongList(body, 'changes', (change) => {
    const atMs = isObject(change) ? timeOf(change) : undefined;
    if (atMs !== undefined) counts.oldestMs = Math.min(counts.oldestMs ?? atMs, atMs);
    const entry = isObject(change) ? toEntry(change, atMs) : undefined;
    if (entry === 'unknown') counts.unknown += 1;
    else if (entry === undefined) counts.unusable += 1;
    else onEntry(entry);
  });
  const { kind, changes, nextPageToken, newStartPageToken } = page;
  if (kind !== undefined && kind !== 'drive#changeList')
    throw malformed('the answer is not a drive#changeList');
  if (!Array.isArray(changes)) throw malformed('the page has no list of changes');
  const next = tokenOf(nextPageToken);
  const token = next ?? tokenOf(newStartPageToken);
  if (token === undefined) throw malformed('the page does not say how the log goes on');
  return { ...counts, token, isEnd: next === undefined };
}

function tokenOf(value: unknown): string | undefined {
  if (value === undefined || value === '') return undefined;
  if (typeof value !== 'string') throw malformed('the page token is not a string');
  return value;
}

function timeOf({ time }: JsonObject): number | undefined {
  const at = typeof time === 'string' ? Date.parse(time) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

function toEntry(change: JsonObject, atMs: number | undefined): ChangeEntry | 'unknown' | undefined {
  const { changeType } = change;
  if (changeType === 'drive') return toDriveEntry(change);
  if (changeType !== undefined && changeType !== 'file') return 'unknown';
  const file = isObject(change['file']) ? toFileRecord(change['file']) : undefined;
  // A removal that includes the file: it has moved to another log.
  if (file !== undefined) return { kind: 'file', file, atMs };
  const { fileId } = change;
  if (typeof fileId !== 'string' || fileId === '') return undefined;
  return { kind: change['removed'] === true ? 'removed' : 'unclear', fileId };
}

function toDriveEntry(change: JsonObject): ChangeEntry | undefined {
  const drive = isObject(change['drive']) ? change['drive'] : {};
  const id = change['driveId'] ?? drive['id'];
  if (typeof id !== 'string' || id === '') return undefined;
  const { name } = drive;
  return {
    kind: 'drive',
    drive: {
      id,
      name: typeof name === 'string' ? name : undefined,
      removed: change['removed'] === true,
    },
  };
}
