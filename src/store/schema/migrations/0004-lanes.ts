/** What lanes need to know of each other's windows, what a job has cost, and a search index that is mended at the end of a job. */
export const lanes = /* sql */ `
-- partition, how its listing goes on, as far as its last page tells:
--   page_ms        : the time that the page covered
--   middle_s       : a second that divides the window where the listing has no order
ALTER TABLE partition ADD COLUMN page_ms INTEGER;
ALTER TABLE partition ADD COLUMN middle_s INTEGER;

-- job: quota units spent; what a dead process had not noted yet is not in them
ALTER TABLE job ADD COLUMN units INTEGER NOT NULL DEFAULT 0;

-- search_stale: files whose place in the search index is out of date; each job ends by mending it
CREATE TABLE search_stale (file_pk INTEGER PRIMARY KEY) STRICT;
DROP TRIGGER IF EXISTS file_search_added;
DROP TRIGGER IF EXISTS file_search_changed;

DROP VIEW jobs;
CREATE VIEW jobs AS
SELECT id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files, changes, full, units
FROM job;
`;
