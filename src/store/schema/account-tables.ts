import type { TableGroup } from './table-types';

/** The tables about the account and its jobs. */
export const ACCOUNT_TABLES: TableGroup = {
  title: 'Account and jobs',
  tables: [
    {
      table: 'store',
      about: 'The store itself, its account, the settings and the store-wide counters. There is one row.',
      columns: {
        lock: 'Always 1. The primary key and a check on it allow no second row.',
        store_id:
          'Random id of this file, 16 hexadecimal digits. A job carries it, and another store refuses that job.',
        permission_id:
          "Drive's permission id of the user whose files the store holds. It is set once; NULL until the first login was verified.",
        email_address: 'E-mail address of that user at that time. NULL if Drive did not send one.',
        epoch:
          'Number of the newest job start. It is the fencing token of all work on sources: the store refuses what an older start writes.',
        created_at: 'When the file was created, ms since 1970 (our clock).',
        drives:
          'Setting: the shared drives to follow. `all`, `none` or a JSON list of drive ids (`DriveScope` in model/settings.ts).',
        walk: 'Setting: 1 if folders that others share with the user are walked.',
        full_every_ms: "Setting: the age of a source's last full crawl, in ms, at which the next one is due.",
        drives_hidden:
          'Why Drive did not list the shared drives the last time (`FailureKind` in model/failure.ts). NULL if it did.',
        history_ms: 'Setting: the age at which events are deleted, in ms.',
        content:
          'Setting: JSON of the settings for contents (`ContentSettings` in model/settings.ts). Missing fields are as at first.',
        indexed:
          '`none`, `building` or `ready` (`IndexState` in store/search/index-build.ts): whether the indexes on files and the search index are there.',
        index_time:
          'While the search index is filled: `modified_time` of the last file in it. Empty text after the files without a time; NULL before them, and when nothing is filled.',
        index_pk: 'Key (`file.pk`) of that file. NULL when nothing is filled.',
        quota_limit: 'Storage of the account in bytes. NULL if it is unlimited or Drive did not send it.',
        quota_usage: "Bytes used in all of Google's services. NULL if Drive did not send it.",
        quota_usage_in_drive: 'Bytes used in Drive. NULL if Drive did not send it.',
        quota_usage_in_trash: "Bytes used in Drive's trash. NULL if Drive did not send it.",
        quota_at: 'When Drive sent these sizes, ms since 1970 (our clock). NULL if it never did.',
        request: 'Number of the newest request for a current copy.',
        commit_no:
          'Number of the newest commit that wrote entries of a change log or removed files. Requests to Drive carry it, so that late answers are recognized.',
        walk_lease: 'Number of the newest run of the walk. It is the fencing token of the walk.',
        walk_plan_pk:
          'Key (`file.pk`) up to which the open plan has made folders due. NULL if no plan is open.',
        walk_round: 'Number of plans that are complete.',
        walk_pages: 'Pages of folders that the walk has committed since the store was created.',
        walk_units: 'Quota units that the walk has spent since the store was created.',
        walk_accepted:
          '1 after a person has accepted the removals of the walk, until all files that are gone are removed.',
        walk_removed: 'Files that the walk has removed without consent since `walk_removed_from`.',
        walk_removed_from:
          'When this count began, ms since 1970 (our clock). A day later it restarts; 0 if it never began.',
      },
    },
    {
      table: 'job',
      about:
        'A sync job. Ended jobs that are not among the newest 2000 are deleted. Counts cover all attempts.',
      columns: {
        id: 'Job id (job-id.ts).',
        attempt: '1, and one more for each `reset`.',
        state: '`JobState` in model/job.ts.',
        reason:
          'What a waiting job waits for, or why a job failed or is partial: a `FailureKind` (model/failure.ts), or `paused` or `unlisted-drives` (model/reasons.ts). NULL if there is no reason.',
        message: 'The reason in words. NULL if there is none.',
        epoch: 'Epoch of its last start. NULL before the first start and after a reset.',
        requested_at: 'When a person, `up` or a schedule asked for it, ms since 1970 (our clock).',
        started_at: 'When it first started, in any attempt, ms since 1970 (our clock). NULL before that.',
        ended_at: 'When it ended, ms since 1970 (our clock). NULL while it has not ended.',
        pages: 'Pages of listings committed. Pages of change logs do not count.',
        files: 'Files that crawls have listed.',
        full: '1 if a full crawl was asked for.',
        changes: 'Entries of change logs applied.',
        units: 'Quota units spent. The last units of a process that dies are missing.',
        request:
          'Request number that its last start or join took. NULL before the first one and after a reset.',
        target:
          'Request number that its present pass over the sources has to answer. 0 before the first start.',
        answered: 'Highest request number that it has answered. 0 before the first answer.',
        answered_state: 'State that the job would have ended in at that answer (`JobState`). NULL before it.',
        rechecked: '1 after it has read the logs again because its readings were old; once an attempt.',
        sources: 'Sources when it ended. NULL before that.',
        sources_current: 'Sources that were current when it ended. NULL before that.',
        accept_removals: '1 if a person consents to whatever it removes.',
      },
    },
    {
      table: 'job_source',
      about: 'A source that did not come out of a job as current.',
      columns: {
        job_id: 'The job (`job.id`).',
        source_id: 'The source (`source.id`).',
        outcome:
          '`partial`, `failed` or `gone` (`SourceOutcome` in model/job.ts). Older versions also wrote `current`.',
        reason:
          '`partial`: a `PartialReason` (model/reasons.ts), or a word of an older version. `failed`: a `FailureKind`. `gone`: NULL.',
        message: 'The failure in words. NULL unless the source failed.',
      },
    },
  ],
};
