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
  /** When every source last equaled Drive, ms since 1970; undefined if one never did. */
  currentAt: number | undefined;
  /** Why the shared drives could not be listed the last time (a failure kind); undefined if they were. */
  drivesHidden: FailureKind | undefined;
}

/** The id of the store, without counting anything. */
export function storeIdOf(reader: Reader): string {
  return String(reader.get('SELECT store_id FROM store')?.['store_id']);
}

/** Whose Drive a store holds; undefined while that is not known. */
export function boundIdentity(
  reader: Reader,
): { permissionId: string; emailAddress: string | undefined } | undefined {
  const row = reader.get('SELECT permission_id, email_address FROM store');
  const permissionId = row && text(row, 'permission_id');
  return row && permissionId !== undefined
    ? { permissionId, emailAddress: text(row, 'email_address') }
    : undefined;
}

/** What is kept of how the account is to be synced. */
export function accountSettings(reader: Reader): AccountSettings {
  return toSettings(reader.get(SETTINGS_ROW));
}

/** True where the store does not say which shared drives are followed, so that all are. */
export function hasUnknownScope(reader: Reader): boolean {
  const drives = String(reader.get('SELECT drives FROM store')?.['drives']);
  return scopeText(toScope(drives)) !== drives;
}

/** Counts the store's rows. */
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

/** The account's storage as Drive last told it, in bytes, and when that was, ms since 1970. */
export interface StoredQuota {
  limit: number | undefined;
  usage: number | undefined;
  usageInDrive: number | undefined;
  usageInTrash: number | undefined;
  at: number;
}

/** The account's storage; undefined while Drive has not told it. */
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
