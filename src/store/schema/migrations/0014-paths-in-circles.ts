/** A name in a path: `/` and `\` are escaped, so that the path can be split again. */
const escaped = (name: string): string => /* sql */ `replace(replace(${name}, '\\', '\\\\'), '/', '\\/')`;

const FOLDERS = /* sql */ `mime_type = 'application/vnd.google-apps.folder' AND removed_at IS NULL`;

/** Where an item is shown that lies in no visible folder. */
const TOP = /* sql */ `CASE
    WHEN owned_by_me IS NOT 1 AND drive_id IS NULL THEN '/Shared with me'
    WHEN file.parent_id IS NOT NULL AND (SELECT root_id FROM source WHERE id = 'user') IS NULL THEN '/My Drive'
    ELSE '/No folder' END`;

/**
 * The paths of all files. It goes down from the roots through the folders, which are few, and then looks up
 * the folder of each file. Climbing from each file would take twenty times as long for all of them. A circle
 * of folders has no root: what lies in it counts as lying in no folder. The plus keeps SQLite from looking up
 * every folder in the index of several parents.
 */
export const pathsInCircles = /* sql */ `
DROP VIEW paths;
CREATE VIEW paths AS
WITH RECURSIVE
root (id, path) AS MATERIALIZED (
  SELECT CASE id WHEN 'user' THEN root_id ELSE id END,
    CASE id WHEN 'user' THEN '/My Drive' ELSE '/Shared drives/' || ${escaped('coalesce(name, id)')} END
  FROM source WHERE state IN ('followed', 'leaving') AND (id <> 'user' OR root_id IS NOT NULL)
),
folder (pk, id, parent_id, top, name) AS MATERIALIZED (
  SELECT pk, id, parent_id, ${TOP}, '/' || ${escaped("coalesce(name, '')")}
  FROM file WHERE pk IN (SELECT pk FROM file WHERE ${FOLDERS}) AND id NOT IN (SELECT id FROM root)
),
visible (id) AS MATERIALIZED (SELECT id FROM root UNION ALL SELECT id FROM folder),
place (file_pk, parent_id) AS MATERIALIZED (
  SELECT file_pk, parent_id FROM file_parent WHERE +parent_id IN (SELECT id FROM visible)
),
filed (id, parent_id, top, name) AS MATERIALIZED (
  SELECT id,
    CASE WHEN parent_id IN (SELECT id FROM visible) THEN parent_id
      ELSE (SELECT min(place.parent_id) FROM place WHERE file_pk = folder.pk) END,
    top, name
  FROM folder
),
tree (id, path) AS (
  SELECT id, path FROM root
  UNION ALL SELECT id, top || name FROM filed WHERE parent_id IS NULL
  UNION ALL SELECT filed.id, path || filed.name FROM tree JOIN filed ON filed.parent_id = tree.id
)
SELECT file.id, coalesce(tree.path, CASE
    WHEN coalesce(place.parent_id, file.parent_id) IN (SELECT id FROM visible) THEN '/No folder'
    ELSE ${TOP} END) || '/' || ${escaped("coalesce(file.name, '')")} AS path
FROM file LEFT JOIN place ON place.file_pk = file.pk
  LEFT JOIN tree ON tree.id = coalesce(place.parent_id, file.parent_id)
WHERE file.removed_at IS NULL;
`;
