import { driveIdOf, FOLDER_TYPE, isFolder, valueOf, type FileRecord } from '../../model/file';
import { USER_SOURCE, type JobState } from '../../model/job';
import { PAUSED } from '../../model/reasons';
import { OPEN } from '../removals/candidate-words';
import { literal } from '../sqlite/literals';

/**
 * True for a row of `file` that the walk lists: a live folder that somebody else owns and that lies in no
 * shared drive.
 */
export const isWalked = (file: string): string => /* sql */ `
(${file}.mime_type = '${FOLDER_TYPE}' AND ${file}.owned_by_me = 0 AND ${file}.drive_id IS NULL AND ${file}.removed_at IS NULL)`;

/** True for a folder that somebody else owns and that lies in no shared drive. */
export function isOthersFolder(file: FileRecord): boolean {
  return isFolder(file) && valueOf(file, 'owned_by_me') === 0 && driveIdOf(file) === undefined;
}

/**
 * True while the walk may list folders: the settings want it, and a crawl of the user's source has closed.
 */
export const WALKS = /* sql */ `
((SELECT walk FROM store) = 1
  AND EXISTS (SELECT 1 FROM source WHERE id = '${USER_SOURCE}' AND coalesce(full_at, current_at) IS NOT NULL))`;

/** True if a person has paused the newest job. */
export const IS_PAUSED = /* sql */ `
coalesce((SELECT state = ${literal<JobState>('waiting')} AND reason = ${literal(PAUSED)} FROM job ORDER BY requested_at DESC LIMIT 1), 0)`;

/** True if the walk has work at `@now`. */
export const IS_WALK_DUE = /* sql */ `
(${WALKS} AND NOT ${IS_PAUSED} AND (
  (SELECT walk_plan_pk FROM store) IS NOT NULL
  OR EXISTS (SELECT 1 FROM walk_folder WHERE due > 0 AND coalesce(retry_at, 0) <= @now)
  OR EXISTS (SELECT 1 FROM walk_candidate WHERE verdict = ${OPEN} AND coalesce(retry_at, 0) <= @now)))`;

/**
 * True for a row of `file` whose folder the walk lists, so that the listing tells whether the file still
 * exists.
 */
export const isConfirmedByWalk = (file: string): string => /* sql */ `
((SELECT walk FROM store) = 1
  AND EXISTS (SELECT 1 FROM file AS folder WHERE folder.id = ${file}.parent_id AND ${isWalked('folder')}))`;

const hasPermission = (ids: string): string =>
  `EXISTS (SELECT 1 FROM json_each(file.extra, '$.permissionIds') WHERE value IN (${ids}))`;

/** True if the user has a permission of their own on the folder, if Drive shows it. */
const IS_DIRECT = `(file.shared_with_me_time IS NOT NULL OR ${hasPermission('SELECT permission_id FROM store')})`;

const ACCESS = /* sql */ `
CASE WHEN ${IS_DIRECT} THEN 'direct' WHEN ${hasPermission("'anyone', 'anyoneWithLink'")} THEN 'link' ELSE 'other' END`;

const OWNER_DOMAIN = `lower(substr(file.owner_email, instr(file.owner_email, '@') + 1))`;

/** The class of a row of `file`: the kind of access to the folder, and its owner's domain. */
export const CLASS = `${ACCESS} || ' ' || coalesce(${OWNER_DOMAIN}, '')`;

/**
 * The rank of a folder. The lowest are most likely to hold files that no crawl shows: without a permission of
 * the user's own, and without a known child.
 */
export const RANK = /* sql */ `
2 * ${IS_DIRECT} + EXISTS (SELECT 1 FROM file AS child WHERE child.parent_id = file.id AND child.removed_at IS NULL)`;
