import type { Counter } from './table-types';

/** Counters that fence off writers which another one has replaced. */
const FENCES: readonly Counter[] = [
  {
    counter: '`store.epoch`',
    incremented: 'Each job start, also one by a worker that takes the job over (`JobTable.start`).',
    protects: 'Fencing token: writes of an older job start are refused.',
  },
  {
    counter: '`job.attempt`',
    incremented: 'The command `reset`.',
    protects: 'A late record of an older attempt does not reopen the job.',
  },
  {
    counter: '`generation.pk`',
    incremented: 'SQLite (AUTOINCREMENT), when a crawl opens.',
    protects:
      'A page of a closed crawl is refused; a row that an older crawl has seen does not count as seen.',
  },
  {
    counter: '`partition.lease`',
    incremented: 'Each claim by a lane, and each restart or resize of the listing.',
    protects: 'Fencing token: pages of a lane that lost the window, or of an older query, are refused.',
  },
  {
    counter: '`partition.page`',
    incremented: 'Each committed page; never set back.',
    protects: 'Compare-and-swap with the lease: no page is committed twice or out of turn.',
  },
  {
    counter: '`store.walk_lease`',
    incremented: 'Each run of the walk, when it starts (`Walk.claim`).',
    protects: 'Fencing token: writes of an older run are refused.',
  },
  {
    counter: '`folder_work.page`',
    incremented: 'Each committed page, restart, resize, new exception and new request for the folder.',
    protects: 'Compare-and-swap: a page of a listing that has moved on is refused.',
  },
  {
    counter: '`walk_folder.page`',
    incremented: 'Each committed page, restart, failed try and new request for the folder.',
    protects: 'The same for the walk.',
  },
];

/** Counters that say which state of Drive the rows show. */
const FRESHNESS: readonly Counter[] = [
  {
    counter: '`store.request`',
    incremented:
      'A job that is started, joined, resumed or taken over; once an attempt, a job whose readings are old.',
    protects:
      'A reading from before the request does not answer it. `source.read_request`, `settled_request` and `failed_request`, and `job.request`, `target` and `answered` hold its values.',
  },
  {
    counter: '`store.commit_no`',
    incremented: 'Each page of a log with entries, and each part of removals (`LateAnswers.noteCommit`).',
    protects:
      'An answer that was requested before is late and is dropped. `source.entry_no` and `walk_folder.wave` hold its values.',
  },
  {
    counter: '`walk_folder.wave`',
    incremented: 'Set to `commit_no` when a change asks for the folder or for one above it.',
    protects: 'A change lists each subfolder once, so that folders that contain each other end.',
  },
  {
    counter: '`source.drains`',
    incremented: 'Each complete reading of the log.',
    protects: '`recent_read.drain` and `log_read.drain` hold its values: older reads are deleted by it.',
  },
  {
    counter: '`store.walk_round`',
    incremented: 'Each complete plan of the walk.',
    protects:
      '`walk_folder.round` holds its value: folders listed since the plan are told from those left out.',
  },
  {
    counter: '`file.version`',
    incremented: 'Drive, with each change of the file.',
    protects: 'An older state never overwrites a newer one.',
  },
];

/** Counters that notice a listing that gets no further. */
const PROGRESS: readonly Counter[] = [
  {
    counter: '`partition.query_page`',
    incremented: 'Each committed page; 0 after a restart or resize.',
    protects:
      'With `best_page`, it tells whether an unordered listing got further before its token was rejected.',
  },
  {
    counter: '`partition.restarts`',
    incremented: 'A rejected page token without progress; 0 with progress.',
    protects: 'A listing that gets no further is given up as partial.',
  },
  {
    counter: '`partition.cycle_page`, `source.cycle_page`',
    incremented: 'Set to the page count of the remembered token whenever that count has doubled.',
    protects: 'A listing or log that loops is found with one token in memory.',
  },
  {
    counter: '`source.log_pages`',
    incremented: 'Each page of the log; 1 with the last page of a reading, 0 with a new token.',
    protects:
      'A log that is longer than ten pages gets a child workflow. It is the page count of `cycle_page`.',
  },
  {
    counter: '`walk_folder.pages`, `walk_folder.best_page`',
    incremented: 'Each committed page of the listing under way; the most pages when a token was rejected.',
    protects: 'They tell whether a restarted listing got further.',
  },
  {
    counter: '`walk_folder.restarts`, `folder_work.restarts`',
    incremented: 'A rejected page token.',
    protects: 'A folder whose tokens are always rejected becomes an exception.',
  },
];

/** Counters of failures in a row. */
const FAILURES: readonly Counter[] = [
  {
    counter: '`partition.failures`',
    incremented: 'A failed attempt; 0 after a commit, and after a job is started, resumed or reset.',
    protects: 'A window whose next page never comes is left incomplete after ten.',
  },
  {
    counter: '`source.failures`',
    incremented: 'A failed step outside of a crawl; 0 after a commit and a new request.',
    protects: 'The source fails for this job after ten.',
  },
  {
    counter: '`source.log_failures`',
    incremented: 'A failed request for a page of the log, over all jobs; 0 after a page or a new token.',
    protects: 'A log that cannot be read is replaced by a new crawl after ten.',
  },
  {
    counter: '`source.dead_tokens`',
    incremented: 'A token of the log that is replaced; 0 at the end of a reading.',
    protects: 'A source whose new tokens are rejected too fails instead of crawling for ever.',
  },
  {
    counter: '`folder_work.tries`, `candidate.tries`, `walk_candidate.tries`, `walk_folder.refusals`',
    incremented: 'A failed request for the item; a refusal counts as three.',
    protects:
      'An item that Drive refuses becomes an exception that nothing waits for (planning/patience.ts).',
  },
  {
    counter: '`source.log_good_pages`',
    incremented: 'A page of the present size; 0 when the size changes.',
    protects: 'A page size grows again only after ten good pages.',
  },
];

/** Counters of removals. */
const REMOVALS: readonly Counter[] = [
  {
    counter: '`removal_hour.files`',
    incremented: 'Each removal without consent, outside of the walk.',
    protects: 'A fault that makes a Drive look empty does not empty its copy (planning/removal-guard.ts).',
  },
  {
    counter: '`store.walk_removed`',
    incremented: 'Each removal by the walk without consent; it restarts a day after `walk_removed_from`.',
    protects: 'The same for the walk.',
  },
];

/** All counters that guard something, in the order of the page. */
export const COUNTERS: readonly Counter[] = [...FENCES, ...FRESHNESS, ...PROGRESS, ...FAILURES, ...REMOVALS];
