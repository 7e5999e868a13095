/** The walk of folders shared by others: what it still has to list, and which files only a walk has shown. */
export const walk = /* sql */ `
-- store:
--   walk_lease       : counts the runs of the walk; what an older run writes is refused
--   walk_plan_pk     : key of file up to which folders are made due; null = the plan is complete
--   walk_round       : counts plans
--   walk_pages, walk_units : pages that the walk committed, and quota units that it spent
--   walk_accepted    : 1 once a person has accepted the removals that the walk waits for
--   walk_removed, walk_removed_from : files that the walk removed without consent since this moment (our clock)
ALTER TABLE store ADD COLUMN walk_lease INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_plan_pk INTEGER;
ALTER TABLE store ADD COLUMN walk_round INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_units INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_removed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN walk_removed_from INTEGER NOT NULL DEFAULT 0;

-- file.walk_only: 1 if only the listing of a folder has shown the file, and neither a flat listing nor a change log
ALTER TABLE file ADD COLUMN walk_only INTEGER NOT NULL DEFAULT 0;
CREATE INDEX file_walk_only ON file (removed_at) WHERE walk_only = 1;

-- walk_folder: a folder that somebody else owns, and how far the listing of its children has come
--   class            : kind of access and the owner's domain; folders of a class are sampled together
--   rank             : how likely a listing shows something new; 0 = most likely
--   due              : 0 = listed, 1 = to be listed, 2 = to be listed before the others
--   round            : walk_round of its last complete listing
--   wave             : commit_no of the change that asked for it; its subfolders take it over, each once
--   fresh            : 1 if it changed so lately that a listing may lag behind
--   listed_at        : Drive's clock when the first page of its last complete listing was requested
--   found            : children on that listing that no flat listing had shown
--   page_token, trashed, sent_at : the listing that is under way: next page, half of the folder, when its first page was requested
--   page             : commits so far; part of the compare-and-swap
--   pages            : pages of the listing that is under way
--   restarts, best_page : rejected page tokens since a listing last got further, and how far it got
--   refusals, retry_at, reason : failed tries in a row, when the next one is due, and why Drive refuses the folder after several
CREATE TABLE walk_folder (
  folder_id TEXT PRIMARY KEY,
  class TEXT NOT NULL,
  rank INTEGER NOT NULL,
  due INTEGER NOT NULL,
  round INTEGER NOT NULL DEFAULT 0,
  wave INTEGER NOT NULL DEFAULT 0,
  fresh INTEGER NOT NULL DEFAULT 0,
  listed_at INTEGER,
  found INTEGER NOT NULL DEFAULT 0,
  page_token TEXT,
  trashed INTEGER NOT NULL DEFAULT 0,
  sent_at INTEGER,
  page INTEGER NOT NULL DEFAULT 0,
  pages INTEGER NOT NULL DEFAULT 0,
  restarts INTEGER NOT NULL DEFAULT 0,
  best_page INTEGER NOT NULL DEFAULT 0,
  refusals INTEGER NOT NULL DEFAULT 0,
  retry_at INTEGER,
  reason TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX walk_folder_due ON walk_folder (due DESC, rank, listed_at) WHERE due > 0;

-- walk_seen: files with walk_only that the listing under way has shown
CREATE TABLE walk_seen (
  folder_id TEXT NOT NULL,
  file_id TEXT NOT NULL,
  PRIMARY KEY (folder_id, file_id)
) STRICT, WITHOUT ROWID;

-- walk_candidate: files that the walk missed and asks Drive for
--   verdict          : open = to be asked for, gone = Drive does not have it
--   tries            : failed tries in a row
CREATE TABLE walk_candidate (
  file_id TEXT PRIMARY KEY,
  verdict TEXT NOT NULL DEFAULT 'open',
  tries INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE INDEX walk_candidate_verdict ON walk_candidate (verdict);

-- walked_at was when folders were put on the list; from now on it is when the walk was last complete.
UPDATE source SET walked_at = NULL;
UPDATE store SET walk_plan_pk = 0;
`;
