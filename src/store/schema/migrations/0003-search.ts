/** What answers questions quickly: a search index, the account's quota, and two more views. Times `…_at` are ms since 1970. */
export const search = /* sql */ `
-- store, what is built when the first crawl is over, since it is cheap then and dear before:
--   indexed        : none; building = the indexes on files are there and triggers keep the search index, which is being filled; ready
--   index_time, index_pk : how far the search index is filled, in the order of modified_time
-- and the account's storage as Drive last told it, in bytes; null limit = unlimited, or not told
ALTER TABLE store ADD COLUMN indexed TEXT NOT NULL DEFAULT 'none';
ALTER TABLE store ADD COLUMN index_time TEXT;
ALTER TABLE store ADD COLUMN index_pk INTEGER;
ALTER TABLE store ADD COLUMN quota_limit INTEGER;
ALTER TABLE store ADD COLUMN quota_usage INTEGER;
ALTER TABLE store ADD COLUMN quota_usage_in_drive INTEGER;
ALTER TABLE store ADD COLUMN quota_usage_in_trash INTEGER;
ALTER TABLE store ADD COLUMN quota_at INTEGER;

DROP INDEX IF EXISTS file_parent;

-- search_doc: what is searched of each file
--   rank           : the higher, the more recently the file was modified, or renamed since
--   name           : without accents, between the characters 2 and 3, so that a name's beginning and end can be searched for
CREATE TABLE search_doc (
  rank INTEGER PRIMARY KEY,
  file_pk INTEGER NOT NULL UNIQUE,
  name TEXT,
  description TEXT
) STRICT;
CREATE VIRTUAL TABLE search_text USING fts5(
  name, description, content = 'search_doc', content_rowid = 'rank', tokenize = 'trigram'
);
CREATE TRIGGER search_doc_added AFTER INSERT ON search_doc BEGIN
  INSERT INTO search_text (rowid, name, description) VALUES (new.rank, new.name, new.description);
END;
CREATE TRIGGER search_doc_removed AFTER DELETE ON search_doc BEGIN
  INSERT INTO search_text (search_text, rowid, name, description) VALUES ('delete', old.rank, old.name, old.description);
END;

CREATE VIEW duplicates AS
WITH copied AS (
  SELECT md5, size, count(*) AS copies FROM file
  WHERE removed_at IS NULL AND md5 IS NOT NULL AND size > 0 AND trashed IS NOT 1
  GROUP BY md5, size HAVING count(*) > 1
)
SELECT copied.md5, copied.size, copies, id, name, mime_type, parent_id, owner_email, owned_by_me, created_time, modified_time, drive_id
FROM copied JOIN file ON file.md5 = copied.md5 AND file.size = copied.size
WHERE removed_at IS NULL AND trashed IS NOT 1;

CREATE VIEW exposure AS
SELECT id, name, mime_type,
  CASE
    WHEN EXISTS (SELECT 1 FROM json_each(extra, '$.permissionIds') WHERE value = 'anyone') THEN 'public'
    WHEN EXISTS (SELECT 1 FROM json_each(extra, '$.permissionIds') WHERE value = 'anyoneWithLink') THEN 'link'
    WHEN json_array_length(extra, '$.permissionIds') > 1 OR shared = 1 THEN 'people'
    ELSE 'private'
  END AS visibility,
  (SELECT count(*) FROM json_each(extra, '$.permissionIds') WHERE value NOT IN ('anyone', 'anyoneWithLink')) AS people,
  owner_email, owned_by_me, drive_id, trashed, modified_time, extra ->> '$.webViewLink' AS web_view_link
FROM file
WHERE removed_at IS NULL AND json_array_length(extra, '$.permissionIds') IS NOT NULL;
`;
