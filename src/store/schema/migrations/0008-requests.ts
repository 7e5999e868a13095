/** Freshness is a number: the store numbers requests for a current copy, and each reading of a change log remembers which one it answers. */
export const requests = /* sql */ `
-- store:
--   request          : number of the last request for a current copy (start, join, resume or takeover of a job)
--   commit_no        : counts commits of change log entries and of removals, so that late answers can be recognized
ALTER TABLE store ADD COLUMN request INTEGER NOT NULL DEFAULT 0;
ALTER TABLE store ADD COLUMN commit_no INTEGER NOT NULL DEFAULT 0;

-- source:
--   read_request     : request number that stood when the last page of the latest complete reading of the log was requested
--   read_sent_at     : Drive's clock when that page was requested
--   read_at          : our clock when that page was committed
--   settled_request  : request number that the rows answer, once everything that the reading called for is done
--   as_of            : read_sent_at of the reading that the rows equal; null = unknown
--   current_at       : when the source was last complete, by our clock; null before its first crawl ended
--   failed_request   : request number for which the source was given up
--   entry_no         : commit_no of the last log entries or removals of this source
--   taken_epoch      : job start that has handed the source to a child workflow
--   held             : 1 while its removals wait until the logs of all sources are read
--   dead_tokens      : change tokens that Drive has rejected since the log was last read to its end
--   large            : 1 if the source once proved too large to share a child workflow with others
ALTER TABLE source ADD COLUMN read_request INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN read_sent_at INTEGER;
ALTER TABLE source ADD COLUMN read_at INTEGER;
ALTER TABLE source ADD COLUMN settled_request INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN as_of INTEGER;
ALTER TABLE source ADD COLUMN failed_request INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN entry_no INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN taken_epoch INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN dead_tokens INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source ADD COLUMN large INTEGER NOT NULL DEFAULT 0;
ALTER TABLE source DROP COLUMN drained_epoch;

-- What the store called current was when its work ended. Only the start of a job that completed is a moment that the rows are known to equal.
UPDATE source SET as_of = (SELECT max(started_at) FROM job WHERE state = 'completed') WHERE current_at IS NOT NULL;

-- job:
--   request          : the request number that its start took
--   target           : the request number that its present pass over the sources must answer
--   answered         : the highest request number that it has answered, and how its sources came out then
--   rechecked        : 1 once it has read logs again because its readings had grown old
--   sources, sources_current : sources when it ended, and those of them that were current; job_source has a row for each other one
ALTER TABLE job ADD COLUMN request INTEGER;
ALTER TABLE job ADD COLUMN target INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN answered_state TEXT;
ALTER TABLE job ADD COLUMN rechecked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE job ADD COLUMN sources INTEGER;
ALTER TABLE job ADD COLUMN sources_current INTEGER;

-- removal_hour: files removed without a person's consent, by the hour (our clock), for the guard that counts over a day
CREATE TABLE removal_hour (
  hour INTEGER PRIMARY KEY,
  files INTEGER NOT NULL
) STRICT;
`;
