import type Database from 'better-sqlite3';
import { StoreError } from '../../errors';
import type { StorageQuota } from '../../model/drive-user';

/** The Drive user that a store belongs to. */
export interface Identity {
  permissionId: string;
  emailAddress: string | undefined;
  storage?: StorageQuota | undefined;
}

interface IdentityRow {
  store_id: string;
  permission_id: string | null;
  epoch: number;
}

const NOTE_STORAGE = /* sql */ `
UPDATE store SET quota_limit = ?, quota_usage = ?, quota_usage_in_drive = ?, quota_usage_in_trash = ?, quota_at = ?
WHERE permission_id = ?`;

/** Prepares the statements on the store's identity. Each call runs inside the caller's transaction. */
export function identityStatements(db: Database.Database) {
  const bind = db.prepare(
    'UPDATE store SET permission_id = ?, email_address = ? WHERE permission_id IS NULL',
  );
  const read = db.prepare<[], IdentityRow>('SELECT store_id, permission_id, epoch FROM store');
  const noteStorage = db.prepare(NOTE_STORAGE);
  return {
    epoch: (): number | undefined => read.get()?.epoch,
    bind(
      { permissionId, emailAddress, storage }: Identity,
      now: number,
    ): { storeId: string; permissionId: string } {
      bind.run(permissionId, emailAddress ?? null);
      if (storage !== undefined) {
        const { limit = null, usage = null, usageInDrive = null, usageInTrash = null } = storage;
        noteStorage.run(limit, usage, usageInDrive, usageInTrash, now, permissionId);
      }
      const row = read.get();
      if (row === undefined)
        throw new StoreError('the store has lost its identity', {
          hint: 'move the file away and sync again',
        });
      return { storeId: row.store_id, permissionId: row.permission_id ?? permissionId };
    },
  };
}
