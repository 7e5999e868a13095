/** Items that Drive refuses hold up nothing else; smaller pages; consent to removals belongs to a job. */
export const exceptions = /* sql */ `
-- folder_work (kind list) and candidate (verdict kept): a row with a retry_at is an exception; walk_candidate: one with a reason. Drive refuses this one item, nothing waits for it, and
-- it is asked for again when retry_at has passed.
--   tries            : failed requests in a row for this item alone
--   reason           : why the last one failed (a failure kind)
--   retry_at         : when the item is due again; null = it is no exception
ALTER TABLE folder_work ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE folder_work ADD COLUMN reason TEXT;
ALTER TABLE folder_work ADD COLUMN retry_at INTEGER;
ALTER TABLE candidate ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE candidate ADD COLUMN reason TEXT;
ALTER TABLE candidate ADD COLUMN retry_at INTEGER;
ALTER TABLE walk_candidate ADD COLUMN retry_at INTEGER;
ALTER TABLE walk_candidate ADD COLUMN reason TEXT;
CREATE INDEX folder_work_exception ON folder_work (source_pk) WHERE retry_at IS NOT NULL;

-- partition.page_size, folder_work.page_size, walk_folder.page_size: items a page that the listing asks for; null = as many as Drive gives
ALTER TABLE partition ADD COLUMN page_size INTEGER;
ALTER TABLE folder_work ADD COLUMN page_size INTEGER;
ALTER TABLE walk_folder ADD COLUMN page_size INTEGER;

-- source:
--   log_page_size    : entries a page that the log is asked for; null = as many as Drive gives
--   log_token_size   : the page size with which the log's present token was made
--   log_good_pages   : pages of the present size since it last changed
--   log_failures     : failed requests for the log since its last page, over all jobs
--   log_dropped_at   : when a log that could not be read was last given up for a new crawl
ALTER TABLE source ADD COLUMN log_page_size INTEGER;
ALTER TABLE source ADD COLUMN log_token_size INTEGER;
ALTER TABLE source ADD COLUMN log_good_pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN log_failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN log_dropped_at INTEGER;

-- job.accept_removals: 1 if a person consents to whatever the job removes
ALTER TABLE job ADD COLUMN accept_removals INTEGER NOT NULL DEFAULT 0;
`;
