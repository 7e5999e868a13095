import type { TableGroup } from './table-types';

/** The tables about work on folders. */
export const FOLDER_TABLES: TableGroup = {
  title: 'Folders',
  tables: [
    {
      table: 'folder_work',
      about:
        'A folder whose change concerns its children. The list is worked off before its source is current. A row with a `retry_at` is an exception: Drive refuses to list the folder, and nothing waits for it.',
      columns: {
        source_pk: 'The source (`source.pk`).',
        folder_id: "The folder's id. It may have no row.",
        kind: '`FolderWork` in planning/reconcile.ts: list the children, recompute their trash state, or look them up.',
        open: '1 while there is work to do. 0: worked off, or an exception that waits.',
        trashed: '`list`: 1 while the children in the trash are listed, which come second.',
        page_token: '`list`: page token of the next page. NULL asks for the first page of the half.',
        page: '`list`: changes of the checkpoint so far: pages, restarts and new requests. Part of the compare-and-swap of a commit.',
        restarts:
          '`list`: page tokens that Drive has rejected. More than three make the folder an exception.',
        fresh:
          '`list`: 1 if the change is so new that the listing may lag behind it. The children are then listed again after the next reading.',
        cursor: 'Other kinds than `list`: key (`file.pk`) up to which the children are worked off.',
        tries: '`list`: failed requests in a row.',
        reason: '`list`: why the last one failed (`FailureKind`). NULL if none did.',
        retry_at: 'When the exception is tried again, ms since 1970 (our clock). NULL if it is no exception.',
        page_size: '`list`: files to ask for per page. NULL asks for the largest page.',
      },
    },
  ],
};

/** The tables about files that may be gone. */
export const REMOVAL_TABLES: TableGroup = {
  title: 'Removals',
  tables: [
    {
      table: 'candidate',
      about: 'A file that may be gone. A row with the verdict `kept` is an exception.',
      columns: {
        file_id: "The file's id. It may have no row.",
        source_pk: 'The source that said so (`source.pk`).',
        verdict: '`CandidateVerdict` in model/reasons.ts.',
        cause: '`RemovalCause` in model/reasons.ts.',
        tries: 'Requests in a row whose answer said nothing.',
        reason: 'Why the last one said nothing (`FailureKind`). NULL if none did.',
        retry_at:
          'When a kept file is asked for again, ms since 1970 (our clock). NULL if it was never kept, and in rows of older versions. Other verdicts ignore it.',
      },
    },
    {
      table: 'removal_hour',
      about:
        'Files that one hour has removed without consent. The removal guard sums up a day; the walk has a count of its own in `store`.',
      columns: {
        hour: 'Hours since 1970 (our clock).',
        files: 'Number of files.',
      },
    },
  ],
};

/** The tables of the walk. */
export const WALK_TABLES: TableGroup = {
  title: 'Walk of shared folders',
  tables: [
    {
      table: 'walk_folder',
      about:
        'A folder that somebody else owns and that lies in no shared drive, with the checkpoint of its listing. A row with a `reason` is an exception.',
      columns: {
        folder_id: "The folder's id.",
        class:
          "Kind of access (`direct`, `link` or `other`), a space, and the owner's domain (`CLASS` in store/walk/walk-rules.ts). A large class in which nothing was found is sampled.",
        rank: 'Order among due folders, 0 to 3. 0 is the most likely to show something new (`RANK` in store/walk/walk-rules.ts).',
        due: '0: listed or left out. 1: to be listed. 2: to be listed before the others.',
        round: '`store.walk_round` at its last complete listing. 0 before that.',
        wave: '`store.commit_no` of the change that asked for the listing. Its subfolders take it over, each once. 0 if none did.',
        fresh: '1 if it changed so recently that a listing may lag behind.',
        listed_at:
          "When the first page of its last complete listing was requested, ms since 1970 (Drive's clock). NULL before that.",
        found: 'Files on that listing that no crawl and no log had shown.',
        page_token: 'Page token of the next page. NULL asks for the first page.',
        trashed: '1 if the listing under way is of the children in the trash.',
        sent_at:
          "When its first page was requested, ms since 1970 (Drive's clock). NULL before the first listing.",
        page: 'Changes of the checkpoint so far: pages, restarts, refusals and new requests. Part of the compare-and-swap of a commit.',
        pages: 'Pages of the listing under way.',
        restarts: 'Rejected page tokens since a listing last got further. Three count as a refusal.',
        best_page: 'Most pages that a listing had when its token was rejected. 0 after a complete listing.',
        refusals: 'Failed tries in a row. A page that can be relied on sets it to 0.',
        retry_at: 'When the next try is due, ms since 1970 (our clock). NULL if none waits.',
        reason: 'Why Drive refuses the folder (`FailureKind`). NULL if it is no exception.',
        page_size: 'Files to ask for per page. NULL asks for the largest page.',
      },
    },
    {
      table: 'walk_seen',
      about: 'A file with `walk_only` that the listing under way has shown.',
      columns: {
        folder_id: 'The folder (`walk_folder.folder_id`).',
        file_id: "The file's id.",
      },
    },
    {
      table: 'walk_candidate',
      about: 'A file that the walk missed. A row with a `reason` is an exception.',
      columns: {
        file_id: "The file's id.",
        verdict: '`open` or `gone` (`CandidateVerdict` in model/reasons.ts).',
        tries: 'Requests in a row whose answer said nothing.',
        retry_at: 'When the next try is due, ms since 1970 (our clock). NULL if none waits.',
        reason: 'Why Drive does not answer (`FailureKind`). NULL if it is no exception.',
      },
    },
  ],
};
