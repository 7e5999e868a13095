import type { TableGroup } from './table-types';

/** The tables about sources and their change logs. */
export const SOURCE_TABLES: TableGroup = {
  title: 'Sources and change logs',
  tables: [
    {
      table: 'source',
      about:
        "A corpus with a change log: the user's own, or a shared drive. A *reading* is the pages of the log from one end to the next.",
      columns: {
        pk: 'Key.',
        id: "`user`, or the shared drive's id.",
        name: "The shared drive's name. NULL for the user's own source, and until Drive has sent the name.",
        retired_at:
          'When the source was left, ms since 1970 (our clock). NULL while it is followed. Nothing reads it.',
        change_token:
          'Page token at which the change log goes on. It is set when the first crawl opens; NULL before that, and after the source was left.',
        current_at: 'When the source was last complete, ms since 1970 (our clock). NULL if it never was.',
        state: '`FollowState` in model/reasons.ts.',
        root_id:
          "Id of the root folder of My Drive. NULL until Drive has sent it, and for shared drives, whose root has the drive's id.",
        drains: 'Number of complete readings.',
        log_pages:
          'Pages committed since the end of the last reading, that last page included. 0 after a new token was minted.',
        cycle_token:
          'An earlier page token of this reading. If Drive sends it again, the log loops. NULL between readings.',
        cycle_page: '`log_pages` at that token. 0 without one.',
        list_changed:
          '1 from the end of a crawl to the end of the next reading: the crawl may have missed children of folders that the log still tells of.',
        full_due: '1 if another full crawl has to be opened.',
        full_at: 'When the last full crawl closed, ms since 1970 (our clock). NULL before that.',
        gap: 'Why the copy is incomplete until a full crawl succeeds: a `IncompleteReason` or `OldPartialReason` (model/reasons.ts). While the source is leaving: a `LeaveReason`. NULL if neither applies.',
        accepted:
          '1 if a person has accepted the removals that wait. Only older versions set it; settling clears it.',
        walked_at:
          'When the walk was last complete, ms since 1970 (our clock). NULL before that, and for shared drives.',
        lag_ms:
          "Age of the oldest entry of a page when the page was requested, in ms. Both times are Drive's. The last page with a dated entry counts; NULL before it.",
        sweep_pk:
          'Key (`file.pk`) up to which the sweep has looked for rows that the crawl did not see. NULL if no sweep is open.',
        failures:
          'Failed steps in a row outside of a crawl. A commit, a new request, a resume and a reset set it to 0.',
        failure:
          'Kind of the last failure, or what makes the log slow now (`FailureKind`). NULL if nothing is wrong.',
        retry_at: 'When the next try is due, ms since 1970 (our clock). NULL if none waits.',
        read_request:
          'Request number that stood when the last page of the latest reading was requested. 0 while a reading is under way, and when the log has to be read again.',
        read_sent_at:
          "When the last committed page of the log was requested, ms since 1970 (Drive's clock). NULL before the first one.",
        read_at: 'When that page was committed, ms since 1970 (our clock). NULL before the first one.',
        settled_request: 'Request number that the rows answer. 0 before the source first settled.',
        as_of:
          '`read_sent_at` of the reading on which the source last settled as complete: the moment whose state the rows show. NULL if unknown.',
        failed_request: 'Highest request number for which the source was given up. 0 if there is none.',
        entry_no:
          "`commit_no` of the last commit of this source's log entries or removals. 0 before the first one.",
        taken_epoch: 'Epoch of the job start whose child workflow works on the source. 0 if it is free.',
        held: '1 while its removals wait until the logs of all sources are read.',
        dead_tokens:
          'Page tokens of the log that Drive has rejected, or that were given up, since the last complete reading.',
        large: '1 after the source has proved too large to share a child workflow. It is never cleared.',
        root_asked:
          '1 after Drive has sent the root folder. Before that, `root_id` may be a guess of an older version.',
        log_page_size: 'Entries to ask for per page of the log. NULL asks for the largest page.',
        log_token_size: 'Page size with which `change_token` was made. NULL is the largest page.',
        log_good_pages: 'Pages that came with the present page size. The size grows after ten.',
        log_failures:
          'Failed requests in a row for a page of the log, over all jobs. A page and a new token set it to 0.',
        log_dropped_at:
          'When an unreadable log was last replaced by a new crawl, ms since 1970 (our clock). NULL if it never was.',
      },
    },
    {
      table: 'log_read',
      about: 'The files on one page of a change log. A row is deleted at the end of the next reading.',
      columns: {
        pk: 'Key.',
        source_pk: 'The source (`source.pk`).',
        drain:
          "Number of the reading that the page belongs to: it becomes `source.drains` at the reading's end.",
        items: 'JSON list of file ids.',
      },
    },
    {
      table: 'recent_read',
      about:
        'A file that Drive was asked for, or a folder whose children were listed, since the last complete reading. If the log then tells of a folder above it, it is read again.',
      columns: {
        source_pk: 'The source (`source.pk`).',
        item_id: 'Id of the file or folder.',
        listed: '1 if the children of the folder were listed; 0 if the file itself was read.',
        drain: '`source.drains` when it was read.',
        again:
          '1 if the children are listed again after the next reading, because the listing may have lagged behind.',
      },
    },
    {
      table: 'told_folder',
      about:
        'An id that the log has told of in the reading under way and that may be a folder. Rows are deleted at the end of the reading.',
      columns: {
        source_pk: 'The source (`source.pk`).',
        folder_id: 'The id.',
      },
    },
  ],
};
