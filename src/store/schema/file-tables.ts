import { DERIVED_COLUMNS, FILE_COLUMNS } from '../../model/file';
import type { TableGroup } from './table-types';

const MEANING = Object.fromEntries(
  [...FILE_COLUMNS, ...DERIVED_COLUMNS].map(({ column, about }) => [column, about]),
);

/** The tables about files. */
export const FILE_TABLES: TableGroup = {
  title: 'Files',
  tables: [
    {
      table: 'file',
      about:
        "A file, folder or shortcut that the account has ever shown. Removed ones stay as tombstones. The columns from `id` to `extra` hold Drive's fields (model/file.ts): NULL means that Drive sent no value, or one of another type, which `extra` then keeps.",
      columns: {
        pk: 'Key.',
        source_pk:
          "The row's home (`source.pk`): its drive's source if that is followed, else the user's own.",
        generation_pk:
          "Crawl of its home (`generation.pk`) that was open when the row was last written from its home or from Drive's answer. NULL if none was open.",
        removed_at:
          'Tombstone: when the row was removed, ms since 1970 (our clock). NULL while the file exists for the account.',
        first_seen_at: 'When the row was first written, ms since 1970 (our clock).',
        changed_at: 'When the row was last written, ms since 1970 (our clock).',
        ...MEANING,
        extra:
          "JSON of all other fields under Drive's names, and of values that a column cannot hold exactly. NULL if there are none.",
        removal:
          'How the removal was learned (`RemovalCause` in model/reasons.ts). NULL while the file exists.',
        walk_only:
          "1 if a listing of its folder, or Drive's answer on the file, has shown it, and neither the last crawl nor the log has.",
      },
    },
    {
      table: 'file_parent',
      about:
        'A parent of a file that has several; all of them are here. Other files have `file.parent_id` alone.',
      columns: {
        file_pk: 'The file (`file.pk`).',
        parent_id: "The parent's id. It may have no row.",
      },
    },
  ],
};

/** The tables of the history. */
export const EVENT_TABLES: TableGroup = {
  title: 'Events',
  tables: [
    {
      table: 'file_event',
      about: 'What a commit changed in a file, once its home was complete for the first time.',
      columns: {
        pk: 'Key. It grows from event to event.',
        at: 'When the change was committed, ms since 1970 (our clock).',
        file_pk: 'The file (`file.pk`).',
        kind: '`EventKind` in model/event.ts.',
        inherited: '1 if the event only follows from what happened to a folder above, or a walk found it.',
        changes:
          "JSON: the value before and after for each field that changed, under its column's or Drive's name.",
      },
    },
  ],
};

/** The tables of the search index. */
export const SEARCH_TABLES: TableGroup = {
  title: 'Search',
  tables: [
    {
      table: 'search_doc',
      about: 'The texts of a file that are searched. It is the content table of `search_text`.',
      columns: {
        rank: 'Key, and the order of results: the later a file was modified, or renamed since, the higher.',
        file_pk: 'The file (`file.pk`).',
        name: 'Name without accents (model/fold.ts), between the characters 2 and 3, so that its beginning and end can be searched for. NULL if the file has none.',
        description: 'Description without accents. NULL if the file has none.',
      },
    },
    {
      table: 'search_text',
      about: 'Trigram index over `search_doc` (FTS5, external content). It stores no texts of its own.',
      columns: {
        name: '`search_doc.name`.',
        description: '`search_doc.description`.',
      },
    },
    {
      table: 'search_stale',
      about: 'A file whose entry in the search index is out of date. Each job ends by updating them.',
      columns: {
        file_pk: 'The file (`file.pk`).',
      },
    },
  ],
};
