/**
 * A change of a file costs less: what a page of a log showed is noted as one row, and taken apart only where a folder above has changed; and no trigger
 * makes SQLite keep what a statement has touched, to undo it alone.
 */
export const lighterChanges = /* sql */ `
-- log_read: pages of the log whose files were read since the log was last read to its end but one
--   drain          : which reading of the log it belongs to
--   items          : JSON, the ids of its files
CREATE TABLE log_read (
  pk INTEGER PRIMARY KEY,
  source_pk INTEGER NOT NULL,
  drain INTEGER NOT NULL,
  items TEXT NOT NULL
) STRICT;

-- Who writes a file notes by itself that its text is out of date.
DROP TRIGGER IF EXISTS file_search_stale;
DROP TRIGGER IF EXISTS file_search_outdated;
`;
