import type { TableGroup } from '../../store/schema/table-types';

/** The tables of an account's texts. */
export const CONTENT_TABLES: TableGroup = {
  title: 'Texts (`<account>.content.db`)',
  tables: [
    {
      table: 'content_store',
      about: 'The file itself, and how far the plan has come. There is one row.',
      columns: {
        lock: 'Always 1. The primary key and a check on it allow no second row.',
        store_id:
          '`store.store_id` of the metadata store to which the texts belong. NULL before the first run.',
        lease: 'Number of the newest run. It is the fencing token: results of an older run are refused.',
        settings:
          'JSON of the settings that the newest plan used. With other settings, all files are planned again.',
        planned_to: 'The newest `file.changed_at` that a plan has looked at, ms since 1970 (our clock).',
        plan_pk: 'Key (`file.pk`) up to which the open plan has looked at files. NULL if no plan is open.',
        plan_full: '1 if the open plan looks at all files, and not only at those that have changed.',
        full_plan_at: 'When a plan last looked at all files, ms since 1970 (our clock).',
        untidy: '1 if the index holds words of deleted texts.',
        spent_on:
          'The last day on which something was fetched: a date in California, where the day of the quota begins.',
        spent_units: 'Quota units spent on that day.',
        spent_bytes: 'Bytes fetched on that day.',
      },
    },
    {
      table: 'document',
      about: 'The text of a file. Each live file that is no folder has a row, once the plan has seen it.',
      columns: {
        file_id: "Key. Drive's file id.",
        file_pk: 'Its row in the metadata store (`file.pk`).',
        state: '`ContentState` in content/model/state.ts.',
        reason: '`ContentReason` in content/model/state.ts. NULL if the text is there, or due now.',
        rank: "The order of fetching: 0 for Google's own documents, then by size.",
        modified: '`file.modified_time`. Of equal rank, the newest is fetched first.',
        stamp:
          'Names the content that the row wants, from the metadata: MD5 and size, or the time of the last edit. NULL if the file is skipped.',
        body_pk: 'Its text (`body.pk`). While a changed file is due, the text that it had.',
        bytes: '`file.size`.',
        failures: 'Failures in a row with this stamp.',
        due_since: 'Since when it is due, ms since 1970 (our clock).',
        retry_at: 'When the next try is due, ms since 1970 (our clock). NULL: now.',
        lease: 'The run that has taken it.',
        done_at: 'When its text was last written, ms since 1970 (our clock).',
      },
    },
    {
      table: 'body',
      about: 'A text. Files with the same content share one.',
      columns: {
        pk: 'Key, and the `rowid` in `body_index`.',
        key: "MD5 and size of the content, or the SHA-256 of the text of one of Google's own documents.",
        kind: '`DocumentKind` in content/model/kind.ts: what the content really is.',
        chars: 'Length in UTF-16 units.',
        truncated: '1 if the text goes on after a limit.',
        marks: 'JSON of the places in the text, such as pages (`PlaceMark` in content/model/marks.ts).',
        text: 'The text: UTF-8, compressed with deflate.',
      },
    },
    {
      table: 'body_index',
      about:
        'The full-text index (FTS5, contentless) over the terms of a text (content/model/terms.ts), not over the text itself.',
      columns: { text: 'The terms.' },
    },
    {
      table: 'tally',
      about: 'How many files are in each state. Triggers on `document` keep it.',
      columns: {
        state: 'Key, with the reason.',
        reason: '`document.reason`, or empty.',
        files: 'Number of files.',
        bytes: 'Sum of `document.bytes`.',
      },
    },
  ],
};
