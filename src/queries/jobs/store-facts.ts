import type { FailureKind } from '../../model/failure';
import { scopeText, toScope, type AccountSettings } from '../../model/settings';
import { SETTINGS_ROW, toSettings } from '../../store/jobs/account-settings';
import type { Reader } from '../../store/reader';
import { freshness } from './freshness';
import { count, text } from '../row-values';

/** What a store is and how much it holds. */
export interface StoreFacts {
  storeId: string;
  /** Live rows, trashed ones included. */
  files: number;
  trashed: number;
  /** Drive's clock at a state that every source shows, ms since 1970; undefined if a source has none. */
  currentAt: number | undefined;
  /** Why Drive did not list the shared drives the last time; undefined if it did. */
  drivesHidden: FailureKind | undefined;
}

/** The id of the store; counts nothing. */
export function storeIdOf(reader: Reader): string {
  return String(reader.get('SELECT store_id FROM store')?.['store_id']);
}

/** The user whose files a store holds; undefined until it is known. */
export function boundIdentity(
  reader: Reader,
): { permissionId: string; emailAddress: string | undefined } | undefined {
  const row = reader.get('SELECT permission_id, email_address FROM store');
  const permissionId = row && text(row, 'permission_id');
  return row && permissionId !== undefined
    ? { permissionId, emailAddress: text(row, 'email_address') }
    : undefined;
}

/** The settings of the account. */
export function accountSettings(reader: Reader): AccountSettings {
  return toSettings(reader.get(SETTINGS_ROW));
}

/** True if the setting of the shared drives cannot be read, so that all are followed. */
export function hasUnknownScope(reader: Reader): boolean {
  const drives = String(reader.get('SELECT drives FROM store')?.['drives']);
  return scopeText(toScope(drives)) !== drives;
}

/** Counts the rows of the store. */
export function storeFacts(reader: Reader): StoreFacts {
  const files = reader.get(
    'SELECT count(*) AS live, coalesce(sum(trashed), 0) AS trashed FROM file WHERE removed_at IS NULL',
  );
  const hidden = reader.get('SELECT drives_hidden FROM store');
  return {
    storeId: storeIdOf(reader),
    files: Number(files?.['live'] ?? 0),
    trashed: Number(files?.['trashed'] ?? 0),
    currentAt: freshness(reader).currentAt,
    drivesHidden: hidden && (text(hidden, 'drives_hidden') as FailureKind | undefined),
  };
}

/** Counts what a store holds besides files: events of the history, and jobs. */
export function recordCounts(reader: Reader): { events: number; jobs: number } {
  const row = reader.get(
    'SELECT (SELECT count(*) FROM file_event) AS events, (SELECT count(*) FROM job) AS jobs',
  );
  return { events: Number(row?.['events']), jobs: Number(row?.['jobs']) };
}

/** The account's storage as Drive last sent it, in bytes, and when, ms since 1970. */
export interface StoredQuota {
  limit: number | undefined;
  usage: number | undefined;
  usageInDrive: number | undefined;
  usageInTrash: number | undefined;
  at: number;
}

/** The account's storage; undefined until Drive has sent it. */
export function storedQuota(reader: Reader): StoredQuota | undefined {
  const row = reader.get(
    'SELECT quota_limit, quota_usage, quota_usage_in_drive, quota_usage_in_trash, quota_at FROM store',
  );
  const at = row && count(row, 'quota_at');
  if (row === undefined || at === undefined) return undefined;
  return {
    limit: count(row, 'quota_limit'),
    usage: count(row, 'quota_usage'),
    usageInDrive: count(row, 'quota_usage_in_drive'),
    usageInTrash: count(row, 'quota_usage_in_trash'),
    at,
  };
}
