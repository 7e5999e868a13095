/** The first schema. Tables are private; the views are the public contract (docs/schema.md). Times `…_at` are ms since 1970. */
export const initial = /* sql */ `
-- store: what this file is; one row
--   store_id       : random, told to every job made for this store
--   permission_id  : the Drive identity that the rows belong to; null until first verified
--   epoch          : counts job starts; work of an older epoch is refused
CREATE TABLE store (
  lock INTEGER PRIMARY KEY DEFAULT 1 CHECK (lock = 1),
  store_id TEXT NOT NULL,
  permission_id TEXT,
  email_address TEXT,
  epoch INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL
) STRICT;

-- source: one corpus with one change log
--   id             : 'user', or a shared drive's id
--   change_token   : where the change log goes on; null before the first crawl ended
--   current_at     : when the rows last equaled what the API held
CREATE TABLE source (
  pk INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
  name TEXT,
  retired_at INTEGER,
  change_token TEXT,
  current_at INTEGER
) STRICT;

-- generation: one full crawl of a source
--   start_token    : change token minted before the first listing
--   ordered        : 0 once a listing was seen not to obey its order
--   incomplete     : pages on which Drive said that its search was incomplete
--   closed_at      : null while the crawl is open
CREATE TABLE generation (
  pk INTEGER PRIMARY KEY AUTOINCREMENT,
  source_pk INTEGER NOT NULL REFERENCES source (pk),
  start_token TEXT,
  ordered INTEGER NOT NULL DEFAULT 1,
  incomplete INTEGER NOT NULL DEFAULT 0,
  opened_at INTEGER NOT NULL,
  closed_at INTEGER
) STRICT;
CREATE UNIQUE INDEX generation_open ON generation (source_pk) WHERE closed_at IS NULL;

-- partition: a disjoint window of a generation's listing, and its checkpoint
--   from_s, before_s : the window in seconds since 1970; null = unbounded
--   q, order_by      : what its page token was made with
--   page_token       : null = from the start
--   page             : commits so far; part of the compare-and-swap
--   lease            : claims so far; part of the compare-and-swap
--   epoch, lane      : who claimed it last
--   frontier_ms      : oldest modifiedTime committed by the present listing
--   restarts         : rejected page tokens since the listing last got further than before
--   best_page        : pages that the present query had committed when its token was last rejected
--   query_page       : pages committed with the present q
--   cycle_token, cycle_page : a past token and its page, to find a listing that runs in a circle
--   failures         : attempts since the last commit; retry_at: when the next one is due
CREATE TABLE partition (
  pk INTEGER PRIMARY KEY,
  generation_pk INTEGER NOT NULL REFERENCES generation (pk),
  state TEXT NOT NULL DEFAULT 'open' CHECK (state IN ('open', 'done', 'partial')),
  trashed INTEGER NOT NULL,
  from_s INTEGER,
  before_s INTEGER,
  q TEXT NOT NULL,
  order_by TEXT NOT NULL,
  page_token TEXT,
  page INTEGER NOT NULL DEFAULT 0,
  lease INTEGER NOT NULL DEFAULT 0,
  epoch INTEGER NOT NULL DEFAULT 0,
  lane INTEGER NOT NULL DEFAULT 0,
  frontier_ms INTEGER,
  restarts INTEGER NOT NULL DEFAULT 0,
  best_page INTEGER NOT NULL DEFAULT 0,
  query_page INTEGER NOT NULL DEFAULT 0,
  cycle_token TEXT,
  cycle_page INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0,
  failures INTEGER NOT NULL DEFAULT 0,
  failure TEXT,
  retry_at INTEGER,
  committed_at INTEGER
) STRICT;
CREATE INDEX partition_generation ON partition (generation_pk);

-- file: one row for every file ever seen
--   source_pk      : the source it came from
--   generation_pk  : the crawl that last wrote the row; null when a change or a single look-up did
--   extra          : JSON of all fields without a column, under Drive's names
--   removed_at     : null while the file exists for this account
CREATE TABLE file (
  pk INTEGER PRIMARY KEY,
  source_pk INTEGER NOT NULL,
  generation_pk INTEGER,
  removed_at INTEGER,
  first_seen_at INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  id TEXT NOT NULL UNIQUE CHECK (id <> ''),
  version INTEGER,
  name TEXT,
  mime_type TEXT,
  drive_id TEXT,
  size INTEGER,
  quota_bytes INTEGER,
  md5 TEXT,
  created_time TEXT,
  modified_time TEXT,
  viewed_by_me_time TEXT,
  shared_with_me_time TEXT,
  trashed INTEGER,
  explicitly_trashed INTEGER,
  starred INTEGER,
  shared INTEGER,
  owned_by_me INTEGER,
  description TEXT,
  parent_id TEXT,
  owner_email TEXT,
  extra TEXT
) STRICT;

-- seen: rows that a generation listed without having to write them
CREATE TABLE seen (
  generation_pk INTEGER NOT NULL,
  file_pk INTEGER NOT NULL,
  PRIMARY KEY (generation_pk, file_pk)
) STRICT, WITHOUT ROWID;

-- item_error: items that a generation could not take in
CREATE TABLE item_error (
  pk INTEGER PRIMARY KEY,
  generation_pk INTEGER NOT NULL,
  kind TEXT NOT NULL,
  count INTEGER NOT NULL,
  at INTEGER NOT NULL
) STRICT;

-- job: one request to sync the account
--   attempt        : 1, and one more for every reset
--   state          : pending, running, waiting, completed, partial, failed, canceled, terminated
--   reason         : what a waiting or failed job is about (a failure kind)
CREATE TABLE job (
  id TEXT PRIMARY KEY,
  attempt INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL,
  reason TEXT,
  message TEXT,
  epoch INTEGER,
  requested_at INTEGER NOT NULL,
  started_at INTEGER,
  ended_at INTEGER,
  pages INTEGER NOT NULL DEFAULT 0,
  files INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE job_source (
  job_id TEXT NOT NULL REFERENCES job (id) ON DELETE CASCADE,
  source_id TEXT NOT NULL,
  outcome TEXT NOT NULL,
  reason TEXT,
  message TEXT,
  PRIMARY KEY (job_id, source_id)
) STRICT;

CREATE VIEW files AS
SELECT
  file.id, file.name, mime_type, size, quota_bytes, parent_id, owner_email, owned_by_me, shared, starred, trashed,
  explicitly_trashed, created_time, modified_time, viewed_by_me_time, shared_with_me_time, md5, drive_id, description,
  extra ->> '$.webViewLink' AS web_view_link,
  extra ->> '$.shortcutDetails.targetId' AS shortcut_target_id,
  version, extra, source.id AS source, first_seen_at, changed_at
FROM file JOIN source ON source.pk = file.source_pk
WHERE removed_at IS NULL;

CREATE VIEW folders AS
SELECT id, name, parent_id, owner_email, trashed, created_time, modified_time, drive_id, source
FROM files
WHERE mime_type = 'application/vnd.google-apps.folder';

CREATE VIEW jobs AS
SELECT id, attempt, state, reason, message, requested_at, started_at, ended_at, pages, files
FROM job;
`;
