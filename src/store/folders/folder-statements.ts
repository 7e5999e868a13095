import type Database from 'better-sqlite3';
import type { FailureKind } from '../../model/failure';
import type { FolderWork } from '../../planning/reconcile';

/** A stored listing of children. */
export interface ListingRow {
  folder_id: string;
  trashed: number;
  page_token: string | null;
  page: number;
  fresh: number;
  cursor: number;
  page_size: number | null;
  tries: number;
}

const ADD = /* sql */ `
INSERT INTO folder_work (source_pk, folder_id, kind, fresh) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET open = 1, trashed = 0, page_token = NULL, page = page + 1, cursor = 0, fresh = max(fresh, excluded.fresh)`;

const LISTING = 'folder_id, trashed, page_token, page, fresh, cursor, page_size, tries';
const SELECT_OPEN = `SELECT ${LISTING} FROM folder_work WHERE source_pk = ? AND kind = ? AND open = 1`;

const ADVANCE = /* sql */ `
UPDATE folder_work SET page = page + 1, page_token = @next, trashed = @trashed, open = @open,
  tries = iif(@open, tries, 0), reason = iif(@open, reason, NULL), retry_at = iif(@open, retry_at, NULL)
WHERE source_pk = @source AND folder_id = @folder AND kind = 'list' AND open = 1 AND page = @page AND trashed = @half`;

const RESTART = /* sql */ `
UPDATE folder_work SET page = page + 1, page_token = NULL, trashed = 0, restarts = restarts + 1
WHERE source_pk = ? AND folder_id = ? AND kind = 'list' AND open = 1 AND restarts < ?`;

/**
 * A page token belongs to its page size. With another size, the present half is listed again from its first
 * page. An exception (`@open` is 0) is listed again as a whole when it is due.
 */
const FAIL = /* sql */ `
UPDATE folder_work SET tries = @tries, reason = @reason, retry_at = @retryAt, open = @open,
  page = page + (@size IS NOT NULL OR NOT @open), page_token = iif(@size IS NULL AND @open, page_token, NULL),
  trashed = iif(@open, trashed, 0), page_size = coalesce(@size, page_size)
WHERE source_pk = @source AND folder_id = @folder AND kind = 'list' AND open = 1`;

const FORGET_GONE = /* sql */ `
DELETE FROM folder_work WHERE source_pk = ? AND open = 0 AND retry_at IS NOT NULL
  AND EXISTS (SELECT 1 FROM file WHERE file.id = folder_id AND removed_at IS NOT NULL)`;

/** Prepares the statements on the list of folders. */
export function folderStatements(db: Database.Database) {
  return {
    add: db.prepare<[number, string, FolderWork, number]>(ADD),
    addOnce: db.prepare<[number, string, FolderWork, number]>(
      'INSERT OR IGNORE INTO folder_work (source_pk, folder_id, kind, fresh) VALUES (?, ?, ?, ?)',
    ),
    next: db.prepare<[number, FolderWork, number], ListingRow>(`${SELECT_OPEN} LIMIT ?`),
    nextUntried: db.prepare<[number, FolderWork, number], ListingRow>(`${SELECT_OPEN} AND tries = 0 LIMIT ?`),
    listing: db.prepare<[number, string], ListingRow>(
      `SELECT ${LISTING} FROM folder_work WHERE source_pk = ? AND folder_id = ? AND kind = 'list'`,
    ),
    fail: db.prepare<
      [
        {
          source: number;
          folder: string;
          tries: number;
          reason: FailureKind;
          retryAt: number | null;
          open: number;
          size: number | null;
        },
      ]
    >(FAIL),
    forgetGone: db.prepare<[number]>(FORGET_GONE),
    reopen: db.prepare<[{ now: number; all: number }]>(
      'UPDATE folder_work SET open = 1 WHERE open = 0 AND retry_at IS NOT NULL AND (@all OR retry_at <= @now)',
    ),
    has: db
      .prepare<[number, FolderWork], number>(
        'SELECT EXISTS (SELECT 1 FROM folder_work WHERE source_pk = ? AND kind = ? AND open = 1)',
      )
      .pluck(),
    advance: db.prepare(ADVANCE),
    restart: db.prepare(RESTART),
    close: db.prepare<[number, string, FolderWork]>(
      'UPDATE folder_work SET open = 0, retry_at = NULL WHERE source_pk = ? AND folder_id = ? AND kind = ?',
    ),
    moveCursor: db.prepare<[number, number, string, FolderWork]>(
      'UPDATE folder_work SET cursor = ? WHERE source_pk = ? AND folder_id = ? AND kind = ?',
    ),
    clear: db.prepare('DELETE FROM folder_work WHERE source_pk = ? AND open = 0 AND retry_at IS NULL'),
  };
}
