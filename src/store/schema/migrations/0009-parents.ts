/** Every parent of the files that lie in several folders, and how far work on a folder's children has come. */
export const parents = /* sql */ `
-- file_parent: all parents of files that have several; of the others, file.parent_id is the only one
CREATE TABLE file_parent (
  file_pk INTEGER NOT NULL,
  parent_id TEXT NOT NULL,
  PRIMARY KEY (file_pk, parent_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX file_parent_folder ON file_parent (parent_id);

INSERT INTO file_parent (file_pk, parent_id)
SELECT DISTINCT file.pk, parent.value FROM file JOIN json_each(file.extra, '$.parents') AS parent
WHERE instr(file.extra, '"parents":') > 0 AND parent.type = 'text'
  AND (SELECT count(DISTINCT value) FROM json_each(file.extra, '$.parents') WHERE type = 'text') > 1;

-- Until now what follows from their other folders was not followed: Drive is asked for each once.
INSERT OR IGNORE INTO candidate (file_id, source_pk, verdict, cause)
SELECT file.id, source_pk, 'open', 'checked' FROM file JOIN source ON source.pk = source_pk
WHERE file.pk IN (SELECT file_pk FROM file_parent) AND removed_at IS NULL AND state = 'followed' AND current_at IS NOT NULL;

-- folder_work.cursor: children up to this key of file are worked off, for kinds other than list
ALTER TABLE folder_work ADD COLUMN cursor INTEGER NOT NULL DEFAULT 0;

-- source.root_asked: 1 once Drive has said which folder the root is; until then root_id may have been guessed
ALTER TABLE source ADD COLUMN root_asked INTEGER NOT NULL DEFAULT 0;
`;
