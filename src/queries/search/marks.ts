import { FOLDER_TYPE } from '../../model/file';
import { isVisible, ROOT_IDS } from '../../store/files/parents';
import { UNSEEN_PARENTS } from '../files/items';
import type { Mark } from './filters';

const SHORTCUT_TYPE = 'application/vnd.google-apps.shortcut';

/*
 * Each subquery below is evaluated once, not for each file, so that a million files take seconds even before
 * the indexes are built.
 */

/** Finds the few files of a type through an index; SQLite would otherwise look at every file. */
const ofType = (type: string): string =>
  `file.pk IN (SELECT pk FROM file WHERE mime_type = '${type}' AND removed_at IS NULL)`;

/** Folders in which nothing is. What is in the trash still has its folder. */
const EMPTY = /* sql */ `
${ofType(FOLDER_TYPE)} AND file.id NOT IN (
  SELECT parent_id FROM file WHERE removed_at IS NULL AND parent_id IS NOT NULL
  UNION SELECT file_parent.parent_id FROM file_parent JOIN file ON file.pk = file_pk WHERE removed_at IS NULL)`;

/** Until the root of My Drive is known, an own file whose folder has no row lies in it. */
const ORPHAN = /* sql */ `
file.id NOT IN (${ROOT_IDS})
AND (parent_id IS NULL OR parent_id IN (${UNSEEN_PARENTS}) AND parent_id NOT IN (${ROOT_IDS})
  AND (owned_by_me IS NOT 1 OR EXISTS (SELECT 1 FROM source WHERE source.id = 'user' AND root_id IS NOT NULL)))
AND file.pk NOT IN (SELECT file_pk FROM file_parent WHERE ${isVisible('file_parent.parent_id')})`;

const DANGLING = /* sql */ `
${ofType(SHORTCUT_TYPE)} AND NOT EXISTS (
  SELECT 1 FROM file AS target WHERE target.id = file.extra ->> '$.shortcutDetails.targetId' AND target.removed_at IS NULL)
AND coalesce(file.extra ->> '$.shortcutDetails.targetId', '') NOT IN (${ROOT_IDS})`;

/** Conditions on a row of `file`. */
export const MARK_SQL: Readonly<Record<Mark, string>> = {
  starred: 'starred = 1',
  trashed: 'trashed = 1',
  shared: 'shared = 1',
  owned: 'owned_by_me = 1',
  empty: EMPTY,
  orphan: ORPHAN,
  duplicate: 'file.id IN (SELECT id FROM duplicates)',
  dangling: DANGLING,
};
