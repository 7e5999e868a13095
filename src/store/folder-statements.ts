import type Database from 'better-sqlite3';
import type { FolderWork } from '../planning/file-write';

/** A listing of children as it is stored. */
export interface ListingRow {
  folder_id: string;
  trashed: number;
  page_token: string | null;
  page: number;
  fresh: number;
  cursor: number;
}

const ADD = /* sql */ `
INSERT INTO folder_work (source_pk, folder_id, kind, fresh) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET open = 1, trashed = 0, page_token = NULL, page = page + 1, cursor = 0, fresh = max(fresh, excluded.fresh)`;

const ADVANCE = /* sql */ `
UPDATE folder_work SET page = page + 1, page_token = @next, trashed = @trashed, open = @open
WHERE source_pk = @source AND folder_id = @folder AND kind = 'list' AND open = 1 AND page = @page AND trashed = @half`;

const RESTART = /* sql */ `
UPDATE folder_work SET page = page + 1, page_token = NULL, trashed = 0, restarts = restarts + 1
WHERE source_pk = ? AND folder_id = ? AND kind = 'list' AND open = 1 AND restarts < ?`;

/** Prepares the statements on the list of folders. */
export function folderStatements(db: Database.Database) {
  return {
    add: db.prepare<[number, string, FolderWork, number]>(ADD),
    addOnce: db.prepare<[number, string, FolderWork, number]>(
      'INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind, fresh) VALUES (?, ?, ?, ?)',
    ),
    next: db.prepare<[number, FolderWork, number], ListingRow>(/* sql */ `
      SELECT folder_id, trashed, page_token, page, fresh, cursor FROM folder_work
      WHERE source_pk = ? AND kind = ? AND open = 1 LIMIT ?`),
    has: db
      .prepare<[number, FolderWork], number>(
        'SELECT EXISTS (SELECT 1 FROM folder_work WHERE source_pk = ? AND kind = ? AND open = 1)',
      )
      .pluck(),
    advance: db.prepare(ADVANCE),
    restart: db.prepare(RESTART),
    close: db.prepare<[number, string, FolderWork]>(
      'UPDATE folder_work SET open = 0 WHERE source_pk = ? AND folder_id = ? AND kind = ?',
    ),
    moveCursor: db.prepare<[number, number, string, FolderWork]>(
      'UPDATE folder_work SET cursor = ? WHERE source_pk = ? AND folder_id = ? AND kind = ?',
    ),
    clear: db.prepare('DELETE FROM folder_work WHERE source_pk = ? AND open = 0'),
  };
}
