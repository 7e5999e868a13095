/** A folder that changes its home is checked for children that did not come along. */
export const strays = /* sql */ `
-- folder_work.kind: also strays = children whose home is another source are looked up
ALTER TABLE folder_work RENAME TO old_folder_work;
CREATE TABLE folder_work (
  source_pk INTEGER NOT NULL,
  folder_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('list', 'trash', 'doubt', 'strays')),
  open INTEGER NOT NULL DEFAULT 1,
  trashed INTEGER NOT NULL DEFAULT 0,
  page_token TEXT,
  page INTEGER NOT NULL DEFAULT 0,
  restarts INTEGER NOT NULL DEFAULT 0,
  fresh INTEGER NOT NULL DEFAULT 0,
  cursor INTEGER NOT NULL DEFAULT 0,
  tries INTEGER NOT NULL DEFAULT 0,
  reason TEXT,
  retry_at INTEGER,
  page_size INTEGER,
  PRIMARY KEY (source_pk, folder_id, kind)
) STRICT, WITHOUT ROWID;
INSERT INTO folder_work (source_pk, folder_id, kind, open, trashed, page_token, page, restarts, fresh, cursor, tries, reason, retry_at, page_size)
SELECT source_pk, folder_id, kind, open, trashed, page_token, page, restarts, fresh, cursor, tries, reason, retry_at, page_size FROM old_folder_work;
DROP TABLE old_folder_work;
CREATE INDEX folder_work_open ON folder_work (source_pk, kind) WHERE open = 1;
CREATE INDEX folder_work_exception ON folder_work (source_pk) WHERE retry_at IS NOT NULL;
`;
