/** Change logs, shared drives, work on folders, removals and history. Times `…_at` are ms since 1970. */
export const changes = /* sql */ `
-- store, what scheduled jobs need to know of the account:
--   drives         : shared drives to follow: 'all', 'none', or a JSON list of ids
--   walk           : 1 if folders shared with the user are walked
--   full_every_ms  : a source is crawled again in full when its last full crawl is older
--   history_ms     : events older than this are forgotten
--   drives_hidden  : why the shared drives could not be listed the last time (a failure kind); null if they were
ALTER TABLE store ADD COLUMN drives TEXT NOT NULL DEFAULT 'all';
ALTER TABLE store ADD COLUMN walk INTEGER NOT NULL DEFAULT 1;
ALTER TABLE store ADD COLUMN full_every_ms INTEGER NOT NULL DEFAULT 2592000000;
ALTER TABLE store ADD COLUMN drives_hidden TEXT;
ALTER TABLE store ADD COLUMN history_ms INTEGER NOT NULL DEFAULT 31536000000;

-- source:
--   state          : followed; leaving = its rows are being settled; gone = not accessible; unfollowed = not wanted
--   drained_epoch  : the job start that last read the log to its end
--   root_id        : the top folder of the user's My Drive, as far as it is known; a shared drive's has the drive's id
--   drains         : how often the log was read to its end
--   log_pages      : log pages committed since the token was minted
--   cycle_token, cycle_page : a past token and its page, to find a log that runs in a circle
--   list_changed   : 1 while the next changes of folders may hide children that the crawl missed
--   full_due       : 1 if another full crawl is to be opened
--   gap            : why the source is known to be incomplete until a full crawl succeeds; null if it is not
--   accepted       : 1 if a person accepted the removals that wait
--   walked_at      : when the folders shared with the user were last walked
--   lag_ms         : the age of the oldest change when it was last committed
--   failures, failure, retry_at : attempts after the crawl since the last commit
ALTER TABLE source ADD COLUMN state TEXT NOT NULL DEFAULT 'followed';
ALTER TABLE source ADD COLUMN drained_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN root_id TEXT;
ALTER TABLE source ADD COLUMN drains INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN log_pages INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN cycle_token TEXT;
ALTER TABLE source ADD COLUMN cycle_page INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN list_changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN full_due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN full_at INTEGER;
ALTER TABLE source ADD COLUMN gap TEXT;
ALTER TABLE source ADD COLUMN accepted INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN walked_at INTEGER;
ALTER TABLE source ADD COLUMN lag_ms INTEGER;
ALTER TABLE source ADD COLUMN sweep_pk INTEGER;
ALTER TABLE source ADD COLUMN failures INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN failure TEXT;
ALTER TABLE source ADD COLUMN retry_at INTEGER;

-- generation:
--   recent         : 1 once the hour before the start token was added to the windows
--   crawled_at     : when the last window was done
--   walking        : 1 once the folders shared with the user were put on the list
--   lost_folders   : folders, as far as is known, of which the log has said since that they are gone
--   added, changed, removed : what the crawl found that the change log had not told
ALTER TABLE generation ADD COLUMN recent INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN crawled_at INTEGER;
ALTER TABLE generation ADD COLUMN walking INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN lost_folders INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE generation ADD COLUMN removed INTEGER NOT NULL DEFAULT 0;

-- file:
--   removal        : how the removal was learned: log, checked (Drive was asked) or scope (its drive is not wanted any more)
ALTER TABLE file ADD COLUMN removal TEXT;

-- folder_work: folders whose change concerns what is in them; worked off before a source is current
--   kind           : list = list the children; trash = recompute their trash state; doubt = they may be gone too
--   trashed        : which half of the children is being listed
--   page           : pages committed; part of the compare-and-swap
--   restarts       : page tokens that were rejected
--   fresh          : 1 if what happened is so new that a listing may lag behind it, and the children are to be listed again next time
CREATE TABLE folder_work (
  source_pk INTEGER NOT NULL,
  folder_id TEXT NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('list', 'trash', 'doubt')),
  open INTEGER NOT NULL DEFAULT 1,
  trashed INTEGER NOT NULL DEFAULT 0,
  page_token TEXT,
  page INTEGER NOT NULL DEFAULT 0,
  restarts INTEGER NOT NULL DEFAULT 0,
  fresh INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source_pk, folder_id, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX folder_work_open ON folder_work (source_pk, kind) WHERE open = 1;

-- recent_read: what was read since the log was last read to its end but one; told_folder: what the log has told of since it was last read to its end
--   listed         : 1 = the children of the folder; 0 = the file itself
--   drain          : which reading of the log it belongs to
--   again          : 1 if it is to be read once more after the next one, since the listing may have lagged behind
CREATE TABLE recent_read (
  source_pk INTEGER NOT NULL,
  item_id TEXT NOT NULL,
  listed INTEGER NOT NULL,
  drain INTEGER NOT NULL,
  again INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (source_pk, item_id, listed)
) STRICT, WITHOUT ROWID;
CREATE TABLE told_folder (
  source_pk INTEGER NOT NULL,
  folder_id TEXT NOT NULL,
  PRIMARY KEY (source_pk, folder_id)
) STRICT, WITHOUT ROWID;

-- candidate: files that may be gone
--   verdict        : open = Drive has to be asked; gone = it is; kept = Drive does not say
--   cause          : who says so: log, checked or scope
CREATE TABLE candidate (
  file_id TEXT PRIMARY KEY,
  source_pk INTEGER NOT NULL,
  verdict TEXT NOT NULL CHECK (verdict IN ('open', 'gone', 'kept')),
  cause TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX candidate_source ON candidate (source_pk, verdict);

-- file_event: what a commit changed in a file
--   inherited      : 1 where it only follows from what happened to a folder above
--   changes        : JSON, [from, to] for each field under its column's or Drive's name
CREATE TABLE file_event (
  pk INTEGER PRIMARY KEY,
  at INTEGER NOT NULL,
  file_pk INTEGER NOT NULL,
  kind TEXT NOT NULL,
  inherited INTEGER NOT NULL DEFAULT 0,
  changes TEXT NOT NULL
) STRICT;
CREATE INDEX file_event_at ON file_event (at);
CREATE INDEX file_event_file ON file_event (file_pk);

-- job:
--   full           : 1 if a full crawl was asked for
--   changes        : entries of change logs applied
ALTER TABLE job ADD COLUMN full INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN changes INTEGER NOT NULL DEFAULT 0;

CREATE VIEW history AS
SELECT file_event.at, file_event.kind, file.id, file.name, file_event.changes, file_event.inherited, file.mime_type,
  file.parent_id, file.removed_at, source.id AS source
FROM file_event JOIN file ON file.pk = file_pk JOIN source ON source.pk = file.source_pk;

DROP VIEW jobs;
CREATE VIEW jobs AS
SELECT id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files, changes, full
FROM job;
`;
