/** What lanes need to know of each other's windows, and what a job has cost. */
export const lanes = /* sql */ `
-- partition, how its listing goes on, as far as its last page tells:
--   page_ms        : the time that the page covered
--   middle_s       : a second that divides the window where the listing has no order
ALTER TABLE partition ADD COLUMN page_ms INTEGER;
ALTER TABLE partition ADD COLUMN middle_s INTEGER;

-- job: quota units spent; what a dead process had not noted yet is not in them
ALTER TABLE job ADD COLUMN units INTEGER NOT NULL DEFAULT 0;

DROP VIEW jobs;
CREATE VIEW jobs AS
SELECT id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files, changes, full, units
FROM job;
`;
