import type Database from 'better-sqlite3';
import { severalParents } from '../../model/file';
import { IS_IN_COPY } from '../jobs/source-conditions';
import type { SqlValue } from '../../model/values';

/*
 * The folders of a file. Nearly every file has one parent, which its row names. `file_parent` holds all
 * parents of the files that have several; their rows name the first. All SQL that follows parents uses one of
 * these pieces.
 */

/** Keys of the files in a folder; some may come twice. `folder` is an expression and is used twice. */
export const childrenOf = (folder: string): string => /* sql */ `
SELECT pk FROM file WHERE parent_id = ${folder} UNION ALL SELECT file_pk FROM file_parent WHERE parent_id = ${folder}`;

/** Ids of all parents of a row of `file`; the first one may come twice. */
export const parentsOf = (file: string): string => /* sql */ `
SELECT ${file}.parent_id UNION ALL SELECT parent_id FROM file_parent WHERE file_pk = ${file}.pk`;

/** The two recursive steps from `below (id)` to the children of those folders, through every parent. */
export const stepDown = (condition = 'TRUE'): string => /* sql */ `
SELECT file.id FROM below JOIN file ON file.parent_id = below.id WHERE ${condition}
UNION SELECT file.id FROM below JOIN file_parent ON file_parent.parent_id = below.id JOIN file ON file.pk = file_pk WHERE ${condition}`;

/** The two recursive steps from `above (id)` to the parents of those files. */
export const STEP_UP = /* sql */ `
SELECT file.parent_id FROM above JOIN file ON file.id = above.id WHERE file.parent_id IS NOT NULL
UNION SELECT file_parent.parent_id FROM above JOIN file ON file.id = above.id JOIN file_parent ON file_pk = file.pk`;

/** True for a row of `file` that has at most one parent. */
export const HAS_ONE_PARENT = 'NOT EXISTS (SELECT 1 FROM file_parent WHERE file_parent.file_pk = file.pk)';

/** Root folders, which have no row: the root of My Drive, once it is known, and those of shared drives. */
export const ROOT_IDS = `SELECT coalesce(root_id, id) FROM source WHERE ${IS_IN_COPY}`;

/**
 * True for the id of a visible folder: it has a live row or is a root. `id` is an expression and is used
 * twice.
 */
export const isVisible = (id: string): string => /* sql */ `
(${id} IN (${ROOT_IDS}) OR EXISTS (SELECT 1 FROM file AS folder WHERE folder.id = ${id} AND folder.removed_at IS NULL))`;

/** Prepares the writer of parents. Each call runs inside the transaction that writes the file. */
export function parentTable(db: Database.Database) {
  const forget = db.prepare('DELETE FROM file_parent WHERE file_pk = ?');
  const add = db.prepare('INSERT INTO file_parent (file_pk, parent_id) VALUES (?, ?)');
  return {
    /** Updates the parents after `extra` has changed. `before` is null for a new row. */
    follow(filePk: number | bigint, before: SqlValue, after: SqlValue): void {
      if (severalParents(before) !== undefined) forget.run(filePk);
      for (const parent of severalParents(after) ?? []) add.run(filePk, parent);
    },
  };
}

/** The writer of parents. */
export type ParentTable = ReturnType<typeof parentTable>;
