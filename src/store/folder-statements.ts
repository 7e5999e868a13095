import type Database from 'better-sqlite3';
import { FOLDER_TYPE } from '../model/file';
import type { FolderWork } from '../planning/file-write';
import { createChildIndex } from './index-build';

/** Children that one step looks at: a folder may have half a million. */
export const MOST_CHILDREN = 5_000;

/** A listing of children as it is stored. */
export interface ListingRow {
  folder_id: string;
  trashed: number;
  page_token: string | null;
  page: number;
  fresh: number;
}

/** A child whose trash state is to be set. */
export interface WrongChild {
  pk: number;
  id: string;
  mime_type: string | null;
  trashed: number | null;
  becomes: number;
}

const ADD = /* sql */ `
INSERT INTO folder_work (source_pk, folder_id, kind, fresh) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET open = 1, trashed = 0, page_token = NULL, page = page + 1, fresh = max(fresh, excluded.fresh)`;

const ADD_SHARED = /* sql */ `
INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind)
SELECT source_pk, id, 'list' FROM file
WHERE source_pk = ? AND mime_type = '${FOLDER_TYPE}' AND owned_by_me = 0 AND drive_id IS NULL AND removed_at IS NULL`;

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
    addShared: db.prepare(ADD_SHARED),
    next: db.prepare<[number, FolderWork, number], ListingRow>(/* sql */ `
      SELECT folder_id, trashed, page_token, page, fresh FROM folder_work
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
    clear: db.prepare('DELETE FROM folder_work WHERE source_pk = ? AND open = 0'),
  };
}

const IS_SINGLE_PARENT = "extra ->> '$.parents' IS NULL";

/** Children whose trash state does not follow from their own and the folder's. */
const WRONG_CHILDREN = /* sql */ `
SELECT pk, id, mime_type, trashed, (coalesce(explicitly_trashed, 0) OR @trashed) AS becomes FROM file
WHERE parent_id = @folder AND removed_at IS NULL AND ${IS_SINGLE_PARENT}
  AND coalesce(trashed, 0) <> (coalesce(explicitly_trashed, 0) OR @trashed)
LIMIT ${String(MOST_CHILDREN)}`;

const UNCLEAR_CHILDREN = /* sql */ `
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT id, @source, 'open', 'checked' FROM file
WHERE parent_id = @folder AND removed_at IS NULL AND NOT (${IS_SINGLE_PARENT})`;

const LIVE_CHILDREN = 'FROM file WHERE parent_id = @folder AND source_pk = @source AND removed_at IS NULL';

const DOUBT_FOLDERS = /* sql */ `
INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind)
SELECT source_pk, id, 'doubt' ${LIVE_CHILDREN} AND mime_type = '${FOLDER_TYPE}'`;

const DOUBT_CHILDREN = /* sql */ `
INSERT INTO candidate (file_id, source_pk, verdict, cause)
SELECT id, source_pk, 'open', 'checked' ${LIVE_CHILDREN} AND id NOT IN (SELECT file_id FROM candidate)
LIMIT ${String(MOST_CHILDREN)}`;

/** Prepares the statements that find files by their parent, and the index that they need. */
export function childStatements(db: Database.Database) {
  createChildIndex(db);
  return {
    trashedOf: db
      .prepare<[string], number>('SELECT coalesce(trashed, 0) FROM file WHERE id = ? AND removed_at IS NULL')
      .pluck(),
    wrong: db.prepare<[{ folder: string; trashed: number }], WrongChild>(WRONG_CHILDREN),
    setTrashed: db.prepare('UPDATE file SET trashed = ?, changed_at = ? WHERE pk = ?'),
    unclear: db.prepare(UNCLEAR_CHILDREN),
    doubtFolders: db.prepare(DOUBT_FOLDERS),
    doubt: db.prepare(DOUBT_CHILDREN),
  };
}
