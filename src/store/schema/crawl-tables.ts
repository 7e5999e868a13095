import type { TableGroup } from './table-types';

/** The tables about full crawls and their windows. */
export const CRAWL_TABLES: TableGroup = {
  title: 'Crawls and partitions',
  tables: [
    {
      table: 'generation',
      about:
        'One full crawl of a source. A source has at most one open crawl; the last two closed ones are kept.',
      columns: {
        pk: 'Key. SQLite never reuses one, so that a row that an older crawl has seen never counts as seen.',
        source_pk: 'The source (`source.pk`).',
        start_token:
          'Change token that was minted before the first listing. NULL for a crawl on top of a copy whose log is live.',
        ordered: '1 until a listing of this crawl was seen out of order.',
        incomplete: 'Pages on which Drive said that its search was incomplete.',
        opened_at:
          "When it opened, ms since 1970 (Drive's clock). The times of files modified later say nothing of the order: those files move while the crawl runs.",
        closed_at: 'When it closed, ms since 1970 (our clock). NULL while it is open.',
        recent: '1 after the hour before the start token was added to the windows.',
        crawled_at:
          'When its last window ended, ms since 1970 (our clock). NULL before that, and for a crawl that was abandoned.',
        walking: 'Always 0. Older versions set it to 1 when they put shared folders on the list.',
        lost_folders:
          'Removals of folders, or of unknown ids, that the log told of while the crawl was open.',
        added: 'Files that the crawl found on top of a copy and that the log had not told of.',
        changed: 'Files that the crawl found changed on top of a copy.',
        removed: 'Files removed while it was open because Drive did not know them when asked.',
      },
    },
    {
      table: 'partition',
      about:
        "A window of a crawl's listing with its checkpoint. The windows of a crawl are disjoint, except for the recent hour that is listed twice.",
      columns: {
        pk: 'Key.',
        generation_pk: 'The crawl (`generation.pk`).',
        state:
          '`open`: still to be listed. `done`: listed to its end. `partial`: given up. A check on the table defines them.',
        trashed: '1 for files in the trash, 0 for all others.',
        from_s: 'Lower end of the window in seconds since 1970, inclusive. NULL has no lower end.',
        before_s: 'Upper end in seconds since 1970, exclusive. NULL has no upper end.',
        q: 'Search query of the present listing. It starts below the top of the window after a restart.',
        order_by: 'Order of the listing, as Drive takes it.',
        page_token: 'Page token of the next page. NULL asks for the first page, or the window is done.',
        page: 'Pages committed. Part of the compare-and-swap of a commit.',
        lease: 'Claims, restarts and resizes so far. Fencing token of the lane that holds the window.',
        epoch: 'Job start of the lane that last claimed it. 0 if it is free.',
        lane: 'Number of that lane.',
        frontier_ms:
          '`modifiedTime` of the oldest file that the present listing has committed, ms since 1970. After a restart: the newest time that the query allows. NULL before the first page.',
        restarts: 'Rejected page tokens in a row without progress. The second one ends the window.',
        best_page:
          'Most pages that a listing from the top had committed when its token was rejected. Used only without order.',
        query_page: 'Pages committed with the present query. A restart sets it to 0.',
        cycle_token:
          'An earlier page token of this listing. If Drive sends it again, the listing loops. NULL until one is remembered.',
        cycle_page: '`query_page` at that token. 0 without one.',
        files: "Files of the window's own that were committed.",
        failures: 'Failed attempts since the last commit.',
        failure:
          'Kind of the last failure, why the page size shrank, or why the window was given up (`FailureKind`). NULL after a commit.',
        retry_at:
          'When the next attempt is due, ms since 1970 (our clock). NULL if none failed. Only `status` reads it.',
        committed_at:
          'When the last page was committed, ms since 1970 (our clock). NULL before. Nothing reads it.',
        page_ms:
          'Span of `modifiedTime` that the last page covered, in ms. Before the first page: an estimate, or NULL.',
        middle_s:
          'A second since 1970 that divides the window where the listing has no order. NULL if there is none.',
        newest_ms:
          '`modifiedTime` of the first file that the window has listed, ms since 1970; files newer than the crawl do not count. NULL before.',
        page_size: 'Files to ask for per page. NULL asks for the largest page.',
      },
    },
    {
      table: 'seen',
      about:
        'A file that an open crawl has listed without writing its row. The rows are deleted when the crawl closes.',
      columns: {
        generation_pk: 'The crawl (`generation.pk`).',
        file_pk: 'The file (`file.pk`).',
      },
    },
    {
      table: 'item_error',
      about: 'Items of one page that cannot be stored.',
      columns: {
        pk: 'Key.',
        generation_pk: 'The crawl that was open (`generation.pk`). 0 if none was.',
        kind: '`ItemError` in model/reasons.ts.',
        count: 'Number of items.',
        at: 'When the page was committed, ms since 1970 (our clock).',
      },
    },
  ],
};
